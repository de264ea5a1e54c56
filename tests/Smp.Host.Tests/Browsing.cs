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

    /// <summary>Fills in a form of a page and sends it off, with the fields' own names.</summary>
    public static async Task<HttpResponseMessage> PostFormAsync(this HttpClient browser, string path, string form, params (string Name, string Value)[] fields)
    {
        var token = await browser.FormTokenAsync(path);
        return await browser.PostAsync(path, new FormUrlEncodedContent([new("_handler", form), new("__RequestVerificationToken", token), .. fields.Select(f => KeyValuePair.Create(f.Name, f.Value))]));
    }

    /// <summary>What is in a file of an archive.</summary>
    public static async Task<byte[]> BytesAsync(this System.IO.Compression.ZipArchive zip, string name)
    {
        await using var entry = await zip.GetEntry(name)!.OpenAsync();
        using var bytes = new MemoryStream();
        await entry.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage answer) => await answer.Content.ReadFromJsonAsync<JsonElement>();

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
