using Microsoft.AspNetCore.Http;

namespace CustomerTrack.Dashboard;

public sealed class ThemeChoiceTests
{
    [Theory]
    [InlineData("", null, false)]
    [InlineData("", "\"dark\"", true)]
    [InlineData("", "\"light\"", false)]
    [InlineData("customertrack-system-theme=light", "\"dark\"", false)]
    [InlineData("customertrack-system-theme=dark", "\"light\"", true)]
    [InlineData("customertrack-system-theme=dark; customertrack-theme=light", "\"dark\"", false)]
    public void What_the_user_chose_counts_before_what_the_system_preferred_on_the_last_visit_and_that_before_what_a_browser_says_on_the_first(string cookies, string? hint, bool isDark)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers.Cookie = cookies;
        request.Headers["Sec-CH-Prefers-Color-Scheme"] = hint;

        Assert.Equal(isDark, ThemeChoice.Read(request).IsDark);
    }
}
