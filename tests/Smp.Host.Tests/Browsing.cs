using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Smp.Host.Tests;

/// <summary>What a browser does, without one.</summary>
internal static partial class Browsing
{
    public static async Task<HttpResponseMessage> SignInAsync(this HttpClient browser, string userName, string password)
    {
        var token = await browser.FormTokenAsync("/sign-in");
        return await browser.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in", ["__RequestVerificationToken"] = token, ["userName"] = userName, ["password"] = password,
        }));
    }

    public static async Task<string> FormTokenAsync(this HttpClient browser, string path) =>
        Token().Match(await browser.GetStringAsync(path)).Groups[1].Value;

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
