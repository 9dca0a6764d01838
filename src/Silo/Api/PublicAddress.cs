namespace CustomerTrack.Api;

/// <summary>Behind a proxy that ends TLS a request says http and, maybe, another host than the browser asked. What is configured is believed, and no header is.</summary>
internal static class PublicAddress
{
    public static void UsePublicUrl(this WebApplication app)
    {
        if (string.IsNullOrWhiteSpace(app.Services.GetRequiredService<ApiOptions>().PublicUrl))
        {
            return;
        }

        var url = new Uri(app.Services.GetRequiredService<ApiOptions>().PublicUrl!);
        var host = new HostString(url.Authority);
        app.Use((context, next) =>
        {
            context.Request.Scheme = url.Scheme;
            context.Request.Host = host;
            return next(context);
        });
    }
}
