using MudBlazor;

namespace CustomerTrack.Dashboard;

/// <summary>Colours and letters. No font is fetched: the system's own is used.</summary>
internal static class DashboardTheme
{
    private static readonly string[] Fonts = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "Helvetica Neue", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } = new()
    {
        PaletteLight = new PaletteLight
        {
            Primary = "#0b6e6e",
            Secondary = "#4756b8",
            Tertiary = "#9a4d8f",
            Info = "#1f6fb2",
            Success = "#2a7d46",
            Warning = "#a35b00",
            Error = "#b3261e",
            Background = "#f5f7f8",
            Surface = "#ffffff",
            AppbarBackground = "#ffffff",
            AppbarText = "#17262b",
            TextPrimary = "#17262b",
            TextSecondary = "#51656c",
            ActionDefault = "#51656c",
            LinesDefault = "#dbe3e6",
            LinesInputs = "#8fa1a8",
            TableLines = "#dbe3e6",
            Divider = "#dbe3e6",
        },
        PaletteDark = new PaletteDark
        {
            Primary = "#4fc3b8",
            PrimaryContrastText = "#06211f",
            Secondary = "#9aa8ff",
            Tertiary = "#e39ad6",
            Info = "#6bb3f0",
            Success = "#6ccf8e",
            Warning = "#f0b34f",
            Error = "#ff8a80",
            Black = "#10181b",
            Background = "#10181b",
            BackgroundGray = "#151f23",
            Surface = "#19252a",
            AppbarBackground = "#19252a",
            AppbarText = "#e4edf0",
            TextPrimary = "#e4edf0",
            TextSecondary = "#a3b6bd",
            ActionDefault = "#a3b6bd",
            LinesDefault = "#2c3c43",
            LinesInputs = "#6d838b",
            TableLines = "#2c3c43",
            Divider = "#2c3c43",
        },
        Typography = new Typography { Default = new DefaultTypography { FontFamily = Fonts }, Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none", FontWeight = "600" } },
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "8px" },
    };
}
