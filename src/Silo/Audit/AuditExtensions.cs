namespace CustomerTrack.Audit;

/// <summary>The audit log.</summary>
internal static class AuditExtensions
{
    /// <exception cref="Cli.CommandFailedException">The secret of the key hashes cannot be read or made.</exception>
    public static IServiceCollection AddAudit(this IServiceCollection services, AuditFolder folder)
    {
        services.AddSingleton(folder);
        services.AddSingleton(KeyHash.Open(folder.Secret));
        services.AddSingleton<AuditLog>();
        return services;
    }
}
