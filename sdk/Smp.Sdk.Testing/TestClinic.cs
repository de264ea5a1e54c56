using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Smp.Host.Demo;
using Smp.Host.Serving;
using Smp.Runtime.Hosting;
using Smp.Runtime.Identity;
using Smp.Runtime.Shells;

namespace Smp.Sdk.Testing;

/// <summary>
/// A whole clinic in a test: real store in a folder of its own, real shell, real HTTP on a free port of this machine, and a clock that
/// stands still. Dispose it to close the clinic and remove the folder.
/// </summary>
public sealed partial class TestClinic : IAsyncDisposable
{
    /// <summary>The password of everybody in a test clinic.</summary>
    public const string Password = "a test clinic's password";

    private readonly ClinicServer server;
    private readonly Dictionary<Role, HttpClient> clients = [];
    private readonly string? passing;

    private TestClinic(ClinicServer server, TestClock clock, string folder, string? passing)
    {
        this.server = server;
        this.passing = passing;
        Clock = clock;
        DataFolder = folder;
        Url = new Uri(server.Urls[0]);
    }

    /// <summary>The clinic's clock.</summary>
    public TestClock Clock { get; }

    /// <summary>Where the clinic can be reached.</summary>
    public Uri Url { get; }

    /// <summary>Where its data lies.</summary>
    public string DataFolder { get; }

    /// <summary>How every plugin stands.</summary>
    public IReadOnlyList<PluginStatus> Plugins => server.Clinic.Plugins;

    /// <summary>Opens a clinic.</summary>
    public static async Task<TestClinic> StartAsync(Action<TestClinicOptions>? configure = null)
    {
        var options = new TestClinicOptions();
        configure?.Invoke(options);
        var clock = options.Clock ?? new TestClock();
        var passing = options.DataFolder is null ? Directory.CreateTempSubdirectory("smp-test-").FullName : null;
        var folder = options.DataFolder ?? passing!;
        var prepared = ClinicTemplate.Serves(options);
        if (prepared) await ClinicTemplate.CopyToAsync(folder, options);
        var clinic = new TestClinic(await ServeAsync(options, folder, clock), clock, folder, passing);
        if (!prepared) await FurnishAsync(clinic.server.Clinic, options.Demo);
        return clinic;
    }

    internal static Task<ClinicServer> ServeAsync(TestClinicOptions options, string folder, TestClock clock) => ClinicServer.StartAsync(new ServerOptions
    {
        Clinic = new ClinicOptions
        {
            DataFolder = folder, BundledPlugins = options.Folders, InProcessPlugins = options.Entries, Store = options.Store,
            Scheduled = options.Scheduled, SafeMode = options.SafeMode,
        },
        Urls = ["http://127.0.0.1:0"],
        Time = clock,
        LogToConsole = false,
        Logging = options.Logging,
    });

    /// <summary>What every test clinic has: UTC, and staff or the whole demonstration.</summary>
    internal static async Task FurnishAsync(Clinic clinic, bool demo)
    {
        await clinic.RunAsync(async services =>
        {
            await services.GetRequiredService<Runtime.Core.Settings.ClinicSettings>().SetAsync("core", new Dictionary<string, object> { ["timeZone"] = "Etc/UTC" });
            return true;
        });
        if (demo) await DemoClinic.AddAsync(clinic, Password);
        else await DemoClinic.AddStaffAsync(clinic, Password);
    }

    /// <summary>A client of the API with everything that a role may.</summary>
    public async Task<HttpClient> AsAsync(Role role)
    {
        if (clients.TryGetValue(role, out var known)) return known;
        var token = await RunAsync(async services =>
        {
            var user = (await services.GetRequiredService<Users>().ListAsync()).First(u => u.Role == role);
            return (await services.GetRequiredService<Tokens>().CreateAsync(user.UserName, "Test", null)).Token;
        });
        var client = WithToken(token);
        return clients[role] = client;
    }

    /// <summary>A client of the API with a token.</summary>
    public HttpClient WithToken(string token)
    {
        var client = new HttpClient { BaseAddress = Url };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client that isn't signed in, with cookies and without following redirects: a browser without a face.</summary>
    public HttpClient Anonymous() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = Url };

    /// <summary>
    /// A person who signed in with user name and password, as a browser does it: for what a token can't do, such as signing with the password again. Posts JSON to the API, and forms to pages.
    /// </summary>
    /// <param name="userName">One of the demonstration's: <c>admin</c>, <c>keller</c>, <c>mia</c>, <c>jonas</c>, <c>desk</c>, <c>audit</c>.</param>
    public async Task<HttpClient> SignInAsync(string userName)
    {
        var browser = Anonymous();
        using var entered = await browser.PostAsync("/sign-in", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["_handler"] = "sign-in", ["__RequestVerificationToken"] = await FormTokenAsync(browser, "/sign-in"), ["userName"] = userName, ["password"] = Password,
        }));
        if (entered.StatusCode is not HttpStatusCode.Redirect) throw new InvalidOperationException($"{userName} can't sign in: {(int)entered.StatusCode}.");
        browser.DefaultRequestHeaders.Add("X-Form-Token", await FormTokenAsync(browser, "/account"));
        return browser;
    }

    /// <summary>Does something with the services of the running shell, as the clinic itself.</summary>
    public Task<T> RunAsync<T>(Func<IServiceProvider, Task<T>> work) => server.Clinic.RunAsync(work);

    /// <summary>Does what was ordered (<see cref="IUnitOfWork.OrderAsync{TOrder}"/>) and is due by the clinic's clock. Returns how much of it was done.</summary>
    public Task<int> RunJobsAsync() => server.Clinic.RunJobsAsync();

    private static async Task<string> FormTokenAsync(HttpClient browser, string path) => FormToken().Match(await browser.GetStringAsync(path)).Groups[1].Value;

    [GeneratedRegex("name=\"__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        await server.DisposeAsync();
        if (passing is not null) Directory.Delete(passing, recursive: true);
    }
}
