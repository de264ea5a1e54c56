using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Smp.Runtime.Identity;
using Smp.Sdk;
using Smp.Sdk.Web;

namespace Smp.Runtime.Tests.Identity;

/// <summary>A clinic's identity behind a real server, with a few routes.</summary>
internal sealed class ClinicServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private ClinicServer(WebApplication app) => this.app = app;

    public IServiceProvider Services => app.Services;

    public static async Task<ClinicServer> StartAsync(Clinic clinic)
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseKestrel().UseUrls("http://127.0.0.1:0");
        clinic.AddTo(builder.Services);
        var app = builder.Build();
        app.Use((http, next) =>
        {
            if (http.Request.Headers["X-Local"] is [{ } user]) http.Features.Set<ILocalConnection>(new Local(user));
            return next(http);
        });
        app.UseRouting();
        app.UseClinicIdentity();

        app.MapPost("/sign-in", async (HttpContext http, SignIn signIn) =>
        {
            var form = await http.Request.ReadFormAsync();
            return (await signIn.PasswordAsync(form["name"], form["password"])).GetType().Name;
        }).AllowAnonymous();
        app.MapPost("/sign-in/code", async (HttpContext http, SignIn signIn) =>
            (await signIn.CodeAsync((await http.Request.ReadFormAsync())["code"])).GetType().Name).AllowAnonymous();
        app.MapPost("/pair", (HttpContext http, Tablets tablets) => tablets.PairAsync(http, "Treatment 1")).AllowAnonymous();
        app.MapPost("/switch", async (HttpContext http, PinSwitch pins) =>
        {
            var form = await http.Request.ReadFormAsync();
            return (await pins.SwitchAsync(long.Parse(form["user"]!, CultureInfo.InvariantCulture), form["pin"])).GetType().Name;
        }).AllowAnonymous();
        app.MapGet("/api/users", Who).Demand(CorePermissions.UsersManage);
        app.MapPost("/sign-out", (SignIn signIn) => signIn.SignOutAsync()).AllowAnonymous();
        app.MapGet("/patients", Who).Demand(CorePermissions.PatientsView);
        app.MapPost("/patients", Who).Demand(CorePermissions.PatientsEdit);
        app.MapGet("/api/patients", Who).Demand(CorePermissions.PatientsView);
        app.MapPost("/api/patients", Who).Demand(CorePermissions.PatientsEdit);
        app.MapPost("/api/needles", Who).Demand(Clinic.NeedlesReceive.Id);
        app.MapGet("/api/both", Who).Demand(CorePermissions.PatientsView).Demand(CorePermissions.PatientsEdit);
        app.MapGet("/api/misspelt", Who).Demand("patient.view");
        app.MapGet("/api/anyone-signed-in", Who).RequireAuthorization();
        app.MapGet("/open", Who).AllowAnonymous();
        app.MapGet("/forgotten", Who);
        app.MapGet("/api/forgotten", Who);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>A browser with cookies of its own, which shows redirects instead of following them.</summary>
    public HttpClient Browser() => new(new SocketsHttpHandler { CookieContainer = new CookieContainer(), AllowAutoRedirect = false })
    {
        BaseAddress = new Uri(app.Urls.Single()),
    };

    /// <summary>A program that sends a header with each request.</summary>
    public HttpClient Program(string header, string value)
    {
        var client = Browser();
        client.DefaultRequestHeaders.Add(header, value);
        return client;
    }

    public async Task<HttpClient> SignedInAsync(string userName)
    {
        var browser = Browser();
        var answer = await SignInAsync(browser, userName, Clinic.Password);
        Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("Ok"));
        return browser;
    }

    public static async Task<HttpResponseMessage> SignInAsync(HttpClient browser, string userName, string password)
    {
        using var form = new FormUrlEncodedContent([new("name", userName), new("password", password)]);
        return await browser.PostAsync("/sign-in", form);
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private static string Who(ICurrentActor actor) =>
        $"{actor.Actor.Kind}|{actor.Actor.Name}|{actor.Actor.StaffId}|{actor.May(CorePermissions.PatientsEdit)}";

    private sealed record Local(string OsUser) : ILocalConnection;
}
