using System.Net;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Endpoints;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Smp.Consents;
using Smp.Needles;
using Smp.Sdk;
using Smp.Sdk.Testing;
using Smp.Sdk.Web;

namespace Smp.Host.Tests;

/// <summary>Whoever looks at a patient's record is written down: once for each time that it is shown, and not when it isn't.</summary>
public sealed class PatientLookTests
{
    // GETs that have a patient's key in their address and aren't marked, and why.
    private static readonly Dictionary<string, string> NotLooks = new()
    {
        ["/api/audit/reads"] = "who looked at a record, and nothing of what is in it",
    };

    private TestClinic clinic = null!;
    private HttpClient auditor = null!;

    [SetUp]
    public async Task Open()
    {
        clinic = await TestClinic.StartAsync(o => o.With<NeedlesPlugin>().With<ConsentsPlugin>());
        auditor = await clinic.AsAsync(Role.Auditor);
        var desk = await clinic.AsAsync(Role.Coordinator);
        foreach (var name in new[] { "Anna", "Berta" })
            (await desk.PostAsJsonAsync("/api/patients", new { givenName = name, familyName = "Weber", birthDate = "1988-07-07", confirmedNew = true })).EnsureSuccessStatusCode();
    }

    [TearDown]
    public async Task Close() => await clinic.DisposeAsync();

    [Test]
    public async Task Every_GET_with_a_patients_key_in_its_address_is_marked_or_listed_here_as_no_look()
    {
        var endpoints = await clinic.RunAsync(services =>
            Task.FromResult(services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToList()));
        var gets = endpoints.Where(e => e.Metadata.GetMetadata<IHttpMethodMetadata>() is not { HttpMethods: var methods } || methods.Contains("GET")).ToList();

        var withPatient = gets.Where(e => PatientParameters(e).Any()).ToList();
        var unmarked = withPatient.Where(e => e.Metadata.GetMetadata<AboutPatientAttribute>() is not { } about || !PatientParameters(e).Contains(about.Parameter, StringComparer.OrdinalIgnoreCase));

        Assert.That(withPatient.Select(PathOf), Has.Member("/patients/{Id:long}").And.Member("/api/patients/{id:long}/timeline").And.Member("/needles/use")
            .And.Member("/api/needles/uses").And.Member("/audit"));
        Assert.That(unmarked.Select(PathOf).Distinct(), Is.EquivalentTo(NotLooks.Keys));
    }

    // By the name, wherever it is; and "id" right after "patients".
    private static IEnumerable<string> PatientParameters(RouteEndpoint endpoint)
    {
        var inRoute = endpoint.RoutePattern.Parameters.Select(p => p.Name);
        var inQuery = endpoint.Metadata.GetMetadata<ComponentTypeMetadata>() is { Type: var page }
            ? page.GetProperties().Select(p => p.GetCustomAttribute<SupplyParameterFromQueryAttribute>()?.Name).OfType<string>()
            : endpoint.Metadata.GetMetadata<MethodInfo>()?.GetParameters().Select(p => p.Name!) ?? [];
        return inRoute.Concat(inQuery).Where(n => n.ToLowerInvariant() is "patient" or "patientid")
            .Concat(endpoint.RoutePattern.RawText!.Contains("patients/{id", StringComparison.OrdinalIgnoreCase) ? ["id"] : []);
    }

    private static string PathOf(RouteEndpoint endpoint) => "/" + endpoint.RoutePattern.RawText!.Trim('/');

    [Test]
    public async Task A_page_is_one_look_by_who_is_signed_in()
    {
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("mia", TestClinic.Password);
        using var page = await browser.GetAsync("/patients/1");

        var looks = await LooksAsync(1);

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(looks, Is.EqualTo(new[] { ("Mia Novak", "GET /patients/{id}") }));
        Assert.That(await LooksAsync(2), Is.Empty);
    }

    [TestCase("/api/patients/1", "GET /api/patients/{id}")]
    [TestCase("/api/patients/1/timeline", "GET /api/patients/{id}/timeline")]
    [TestCase("/api/needles/uses?patient=1", "GET /api/needles/uses")]
    [TestCase("/api/worklist?patient=1", "GET /api/worklist")]
    public async Task A_token_that_reads_a_record_is_its_owners_look(string path, string route)
    {
        var technician = await clinic.AsAsync(Role.Technician);
        using var answer = await technician.GetAsync(path);

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await LooksAsync(1), Is.EqualTo(new[] { ("Mia Novak", route) }).Or.EqualTo(new[] { ("Jonas Berg", route) }));
    }

    [Test]
    public async Task A_page_whose_header_shows_the_patient_is_a_look_though_its_address_doesnt_name_them()
    {
        await clinic.RunAsync(services => services.GetRequiredService<IStore<Runtime.Core.CorePlugin>>().WriteAsync(new("Opened an incident"), unit =>
            services.GetRequiredService<IIncidents>().OpenAsync(unit, new("test", "Something happened", unit.Now, 2))));
        using var browser = clinic.Anonymous();
        using var signedIn = await browser.SignInAsync("keller", TestClinic.Password);
        using var page = await browser.GetAsync("/incidents/1");

        Assert.That(page.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await LooksAsync(2), Is.EqualTo(new[] { ("Dr. Ines Keller", "GET /incidents/1") }));
    }

    [Test]
    public async Task What_isnt_shown_is_no_look()
    {
        var technician = await clinic.AsAsync(Role.Technician);
        using var anonymous = clinic.Anonymous();
        var narrow = clinic.WithToken(await clinic.RunAsync(async services =>
            (await services.GetRequiredService<Runtime.Identity.Tokens>().CreateAsync("mia", "Narrow", ["search.use"])).Token));
        using var missing = await technician.GetAsync("/api/patients/999");
        using var nobody = await anonymous.GetAsync("/api/patients/1");
        using var forbidden = await narrow.GetAsync("/api/patients/1");
        using var list = await technician.GetAsync("/api/patients");
        using var late = await technician.GetAsync("/patients/1/panel/nothing");
        using var changed = await technician.PutAsJsonAsync("/api/patients/1", new { });
        narrow.Dispose();

        Assert.That(new[] { missing, nobody, forbidden, list, late, changed }.Select(a => (int)a.StatusCode), Is.EqualTo(new[] { 404, 401, 403, 200, 404, 428 }));
        Assert.That(await LooksAsync(1), Is.Empty);
        Assert.That(await CountAsync("core__patient_reads"), Is.Zero);
    }

    [Test]
    public async Task A_look_is_an_entry_of_the_trail_which_is_whole_with_it()
    {
        var technician = await clinic.AsAsync(Role.Technician);
        await technician.GetAsync("/api/patients/1");

        var newest = (await auditor.GetFromJsonAsync<JsonElement>("/api/audit?limit=1")).GetProperty("items")[0];
        var verdict = await auditor.GetFromJsonAsync<JsonElement>("/api/audit/verify");

        Assert.Multiple(() =>
        {
            Assert.That(newest.GetProperty("act").GetString(), Is.EqualTo("Looked at a patient's record"));
            Assert.That(newest.GetProperty("patientId").GetInt64(), Is.EqualTo(1));
            Assert.That(newest.GetProperty("changes").GetInt64(), Is.EqualTo(1));
            Assert.That(verdict.GetProperty("ok").GetBoolean(), Is.True, verdict.ToString());
        });
    }

    [Test]
    public async Task A_record_is_shown_even_when_the_look_cant_be_written_down()
    {
        var technician = await clinic.AsAsync(Role.Technician);
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(clinic.DataFolder, "clinic.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using var hold = other.CreateCommand();
            // Nothing can be written for longer than the writer waits.
            hold.CommandText = "BEGIN IMMEDIATE";
            await hold.ExecuteNonQueryAsync();
            using var shown = await technician.GetAsync("/api/patients/1");

            Assert.That(shown.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That((await shown.JsonAsync()).GetProperty("givenName").GetString(), Is.EqualTo("Anna"));
        }

        using var again = await technician.GetAsync("/api/patients/1");
        Assert.That(await LooksAsync(1), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task The_audit_page_of_a_patient_shows_who_changed_and_who_looked()
    {
        using var mia = clinic.Anonymous();
        using var signedIn = await mia.SignInAsync("mia", TestClinic.Password);
        await mia.GetAsync("/patients/1/edit");
        using var paul = clinic.Anonymous();
        using var also = await paul.SignInAsync("audit", TestClinic.Password);

        var page = await paul.GetStringAsync("/audit?patient=1");
        using var refused = await mia.GetAsync("/audit?patient=1");
        var hers = await mia.GetStringAsync("/patients/1");
        var his = await paul.GetStringAsync("/patients/1");

        Assert.Multiple(() =>
        {
            Assert.That(page, Does.Contain("Registered a patient").And.Contain("Who looked at the record").And.Contain("Mia Novak").And.Contain("GET /patients/{id}/edit"));
            Assert.That(refused.StatusCode, Is.EqualTo(HttpStatusCode.Forbidden));
            Assert.That(his, Does.Contain("/audit?patient=1"));
            Assert.That(hers, Does.Not.Contain("/audit"));
        });
    }

    private async Task<List<(string?, string?)>> LooksAsync(long patient) =>
        [.. (await auditor.GetFromJsonAsync<JsonElement>($"/api/audit/reads?patient={patient}")).GetProperty("items").EnumerateArray()
            .Select(r => (r.GetProperty("name").GetString(), r.GetProperty("route").GetString()))];

    private Task<long> CountAsync(string table) => clinic.RunAsync(services => services.GetRequiredService<IStore<Runtime.Core.CorePlugin>>()
        .ReadAsync(connection => Dapper.SqlMapper.ExecuteScalarAsync<long>(connection, $"SELECT count(*) FROM {table}")));
}
