using CustomerTrack.Api;
using CustomerTrack.Dashboard.Customers;
using CustomerTrack.Dashboard.Flow;
using CustomerTrack.Dashboard.Rejects;
using CustomerTrack.Dashboard.SignIn;
using CustomerTrack.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor;
using MudBlazor.Services;
using Orleans.Dashboard;

namespace CustomerTrack.Dashboard;

/// <summary>The pages at <c>/</c>: rendered in this process, with everything they need beside it.</summary>
internal static class DashboardExtensions
{
    /// <summary>Adds the pages and what they look at.</summary>
    public static void AddDashboard(this WebApplicationBuilder builder)
    {
        // Where the program was built and not published, its files are where the build found them.
        builder.WebHost.UseStaticWebAssets();
        builder.Services.AddRazorComponents().AddInteractiveServerComponents();
        builder.Services.AddMudServices(options => options.SnackbarConfiguration.PositionClass = Defaults.Classes.Position.BottomRight);
        builder.Services.AddAntiforgery(options => options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest);
        builder.Services.AddCascadingAuthenticationState();
        builder.Services.AddSingleton(PipelineSettings.Get<DashboardOptions>(builder.Configuration, DashboardOptions.SectionName));
        builder.Services.AddScoped<Viewer>();
        builder.Services.TryAddSingleton<FlowSampler>();
        builder.Services.AddHostedService(services => services.GetRequiredService<FlowSampler>());
        builder.Services.TryAddSingleton<IFlowSource, SoloFlow>();
        builder.Services.AddSingleton<SiloActivities>();
        builder.Services.AddSingleton<PipelineWatch>();
        builder.Services.AddSingleton<CustomerReading>();
        builder.Services.AddSingleton<KeySearch>();
        builder.Services.AddSingleton<RejectsReading>();
    }

    /// <summary>Maps the pages, for whoever may read how the pipeline is.</summary>
    public static void MapDashboard(this WebApplication app)
    {
        app.UseSessionEnd();
        app.UseAntiforgery();

        // Whoever signs in needs them already.
        app.MapStaticAssets().AllowAnonymous();
        app.MapSignIn();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode().RequireRole(ApiRole.Read);
        if (app.Services.GetRequiredService<DashboardOptions>().Orleans)
        {
            app.MapOrleansDashboard(OrleansReads.Root).AddEndpointFilter<OrleansReads>().RequireRole(ApiRole.ReadPii).ExcludeFromDescription();
        }
    }
}
