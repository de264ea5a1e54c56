using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Smp.Consents;
using Smp.Needles;
using Smp.Runtime.Loading;
using Smp.Sdk;
using Smp.Sdk.Testing;
using Smp.Sdk.Web;
using Smp.Sessions;

namespace Smp.Host.Tests;

/// <summary>Every route demands a permission, or says that it is for everybody.</summary>
public sealed class RouteTests
{
    // Open to everybody, and why.
    private static readonly Dictionary<string, string> Open = new()
    {
        ["/sign-in"] = "whoever isn't signed in yet",
        ["/sign-in/code"] = "behind the ticket that the right password gives",
        ["/switch"] = "names stand on paired tablets alone",
        ["/switch/{UserId:long}"] = "whoever takes over, by PIN and on a paired tablet alone",
        ["/setup"] = "behind its one-time token",
        ["/sign-out"] = "whoever's session just ended",
        ["/calendar.ics"] = "whoever has somebody's secret address, which is 256 bits long",
        ["/consents/remote/{Secret}"] = "whoever has a link to sign at home, which is 256 bits long, and the client's birth date",
        ["/problem"] = "shows what went wrong, to whomever it did",
    };

    [Test]
    public async Task Every_route_demands_a_permission_or_is_listed_here_as_open()
    {
        await using var clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>().With<ConsentsPlugin>().With<SessionsPlugin>());
        var endpoints = await clinic.RunAsync(services =>
            Task.FromResult(services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList()));

        Assert.That(endpoints, Has.Count.GreaterThan(40));
        var undemanding = endpoints.Where(e => e.Metadata.GetMetadata<DemandAttribute>() is null).ToList();
        // The day's page and one's own account are everybody's who is signed in. The framework's own says nothing, so the fallback policy
        // lets nobody call it.
        var silent = undemanding.Where(e => e.Metadata.GetMetadata<IAllowAnonymous>() is null);
        Assert.That(undemanding.Except(silent).Select(PathOf).Distinct(), Is.EquivalentTo(Open.Keys));
        Assert.That(silent.Select(PathOf), Is.SubsetOf(new[] { "/", "/account", "/account/second-factor", "/api/me", "/_framework/opaque-redirect" }));
    }

    [Test]
    public async Task No_module_can_take_the_name_of_an_address_of_the_hosts()
    {
        await using var clinic = await TestClinic.StartAsync();
        var endpoints = await clinic.RunAsync(services =>
            Task.FromResult(services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList()));
        var names = endpoints.Select(e => PathOf(e)[1..].Split('/')).Select(parts => parts is ["api", var name, ..] ? name : parts[0]).Distinct();

        // Nothing but lower-case words are ids at all.
        Assert.That(names.Where(name => name.Length > 0 && name.All(char.IsAsciiLetterLower)).Except(ManifestReader.Reserved), Is.Empty);
    }

    [Test]
    public async Task The_description_of_the_api_says_what_is_in_every_body()
    {
        await using var clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>().With<ConsentsPlugin>().With<SessionsPlugin>());
        var described = await (await clinic.AsAsync(Role.Administrator)).GetFromJsonAsync<JsonElement>("/api/openapi.json");
        var schemas = described.GetProperty("components").GetProperty("schemas").EnumerateObject().ToList();

        Assert.That(schemas.Where(s => !s.Value.EnumerateObject().Any()).Select(s => s.Name), Is.SubsetOf(new[] { "JsonElement" }));
        Assert.That(schemas.Single(s => s.Name == "OrderedWork").Value.GetProperty("properties").EnumerateObject().Select(p => p.Name), Has.Member("dueAt"));
    }

    [Test]
    public async Task Nobody_gets_in_without_signing_in()
    {
        await using var clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>().With<ConsentsPlugin>().With<SessionsPlugin>());
        var endpoints = await clinic.RunAsync(services =>
            Task.FromResult(services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList()));
        using var nobody = clinic.Anonymous();

        foreach (var endpoint in endpoints)
        {
            var path = PathOf(endpoint);
            if (Open.ContainsKey(path)) continue;
            var address = string.Join('/', endpoint.RoutePattern.PathSegments.Select(s => s.IsSimple && s.Parts[0].IsLiteral
                ? ((Microsoft.AspNetCore.Routing.Patterns.RoutePatternLiteralPart)s.Parts[0]).Content
                : "1"));
            var method = endpoint.Metadata.GetMetadata<IHttpMethodMetadata>() is { HttpMethods: [var first, ..] } ? first : "GET";
            using var request = new HttpRequestMessage(HttpMethod.Parse(method), "/" + address);
            using var answer = await nobody.SendAsync(request);

            var refused = path.StartsWith("/api", StringComparison.Ordinal)
                ? (int)answer.StatusCode == 401
                : (int)answer.StatusCode == 302 && answer.Headers.Location!.ToString().Contains("/sign-in", StringComparison.Ordinal);
            Assert.That(refused, Is.True, $"{method} {path} answered {(int)answer.StatusCode}");
        }
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.TrimStart('/');

    [Test]
    public async Task Every_answer_carries_a_policy_without_inline_script()
    {
        await using var clinic = await TestClinic.StartAsync();
        using var nobody = clinic.Anonymous();

        foreach (var path in new[] { "/sign-in", "/", "/nothing", "/api/patients", "/health/live" })
        {
            using var answer = await nobody.GetAsync(path);
            var policy = answer.Headers.GetValues("Content-Security-Policy").Single();
            Assert.That(policy, Does.StartWith("default-src 'self'").And.Not.Contain("unsafe"), path);
        }
    }

    [Test]
    public async Task Behind_a_proxy_with_TLS_cookies_are_for_TLS_alone()
    {
        await using var clinic = await TestClinic.StartAsync();
        using var browser = clinic.Anonymous();
        browser.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var page = await browser.GetAsync("/sign-in");

        Assert.That(page.Headers.GetValues("Set-Cookie"), Is.Not.Empty.And.All.Contain("secure"));
        Assert.That(page.Headers.Contains("Strict-Transport-Security"));
    }

    [Test]
    public async Task A_session_alone_changes_nothing_through_the_API()
    {
        await using var clinic = await TestClinic.StartAsync();
        using var browser = clinic.Anonymous();
        using var page = await browser.SignInAsync("desk", TestClinic.Password);
        var token = await browser.FormTokenAsync("/");

        using var without = await AddAsync(null);
        using var with = await AddAsync(token);

        Assert.That(((int)without.StatusCode, (int)with.StatusCode), Is.EqualTo((403, 201)));

        async Task<HttpResponseMessage> AddAsync(string? form)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/api/patients")
            {
                Content = JsonContent.Create(new { givenName = "Anna", familyName = "Weber", birthDate = "1988-07-07" }),
            };
            if (form is not null) request.Headers.Add("X-Form-Token", form);
            return await browser.SendAsync(request);
        }
    }

    [Test]
    public async Task Cookies_are_out_of_reach_of_scripts_and_of_other_sites()
    {
        await using var clinic = await TestClinic.StartAsync();
        using var nobody = clinic.Anonymous();
        using var page = await nobody.SignInAsync("admin", TestClinic.Password);

        Assert.That(page.Headers.GetValues("Set-Cookie"), Is.Not.Empty.And.All.Contain("httponly").And.All.Contain("samesite"));
    }
}
