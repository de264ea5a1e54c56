using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Smp.Host.Tests;

/// <summary>The command line as real processes: before the first start, beside a running host, and wrongly used.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed partial class CommandLineTests : IDisposable
{
    private const string Password = "correct horse battery";

    private readonly string data = Path.Combine(Path.GetTempPath(), $"smp-cli-{Guid.NewGuid():N}");

    public void Dispose()
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }

    [Test]
    public async Task A_user_and_a_token_are_made_before_the_first_start_and_work_after_it()
    {
        await DoAsync("users add --name ada --role Administrator", Password);
        var token = JsonDocument.Parse(await DoAsync("tokens create --user ada --all --json")).RootElement.GetProperty("token").GetString();

        await using var host = await ServeAsync();
        using var client = new HttpClient { BaseAddress = host.Url };
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        using var scan = await client.PostAsync("/api/needles/scan",
            new StringContent("""{"code": "]d20109501101530003172808311021A213B1"}""", System.Text.Encoding.UTF8, "application/json"));

        Assert.That((int)scan.StatusCode, Is.EqualTo(200), await scan.Content.ReadAsStringAsync());
    }

    [Test]
    public async Task A_running_host_is_used_by_its_socket()
    {
        await using var host = await ServeAsync();

        await DoAsync("users add --name ada --role Administrator", Password);
        var plugins = JsonDocument.Parse(await DoAsync("plugins list --json")).RootElement;
        var users = JsonDocument.Parse(await DoAsync("users list --json")).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(plugins[0].EnumerateObject().Select(p => p.Name), Is.EqualTo(new[] { "id", "version", "state", "reason", "versions" }));
            Assert.That(plugins.EnumerateArray().Select(p => $"{p.GetProperty("id").GetString()} {p.GetProperty("state").GetString()}"), Is.EqualTo(new[] { "consents Enabled", "needles Enabled", "sessions Enabled" }));
            Assert.That(users[0].GetProperty("userName").GetString(), Is.EqualTo("ada"));
        });
    }

    [Test]
    public async Task A_module_that_is_turned_off_stays_off_over_restarts()
    {
        await DoAsync("plugins disable needles");

        await using var host = await ServeAsync();
        using var client = new HttpClient { BaseAddress = host.Url };
        using var answer = await client.GetAsync("/api/needles/lots");

        Assert.That((int)answer.StatusCode, Is.EqualTo(404));
    }

    [Test]
    public async Task A_plan_says_what_would_follow_and_does_nothing()
    {
        var plan = JsonDocument.Parse(await DoAsync("plugins plan disable needles --json")).RootElement.GetProperty("plan");
        var words = await DoAsync("plugins plan disable needles");
        var state = JsonDocument.Parse(await DoAsync("plugins list --json")).RootElement[0].GetProperty("state").GetString();

        Assert.That(plan.GetProperty("states")[0].GetProperty("to").GetString(), Is.EqualTo("Disabled"));
        Assert.That(words, Does.Contain("needles: Enabled → Disabled").And.Contain("SHA-256 "));
        Assert.That(state, Is.EqualTo("Enabled"));
    }

    [Test]
    public async Task The_first_start_prints_a_set_up_link_that_opens_and_the_second_none()
    {
        await using (var host = await ServeAsync())
        {
            var link = Link().Match(host.Said);
            using var client = new HttpClient();
            Assert.That(await client.GetStringAsync(link.Value), Does.Contain("Set up the clinic"));
        }

        await DoAsync("users add --name ada --role Administrator", Password);
        await using var again = await ServeAsync();
        Assert.That(again.Said, Does.Not.Match(Link().ToString()));
    }

    [Test]
    public async Task A_second_host_on_the_same_folder_is_refused()
    {
        await using var host = await ServeAsync();

        var (code, _, error) = await RunAsync("serve --urls http://127.0.0.1:0", null);

        Assert.That(code, Is.EqualTo(1), error);
        Assert.That(error, Does.Contain("open in another process"));
    }

    [Test]
    public async Task Everything_else_is_called_by_its_address()
    {
        await MakeClinicAsync();
        var answer = JsonDocument.Parse(await DoAsync(["call", "POST", "/api/patients", "--body",
            """{"givenName": "Anna", "familyName": "Weber", "birthDate": "1988-07-07"}"""])).RootElement;

        Assert.That(answer.GetProperty("number").GetString(), Is.EqualTo("P-000001"));
    }

    [TestCase("users add --name bob --role Administrator", "short", "password")]
    [TestCase("tokens create --user nobody --all", null, "nobody")]
    [TestCase("plugins enable nothing", null, "There is no module nothing")]
    [TestCase("plugins plan disable nothing", null, "There is no module nothing")]
    [TestCase("plugins upgrade needles", null, "There is no version of needles higher than")]
    [TestCase("plugins rollback needles --version 0.0.1", null, "There is no version 0.0.1 of needles")]
    [TestCase("call GET /api/patients/999", null, "There is no patient 999")]
    [TestCase("call POST /api/patients --body {", null, "isn't JSON")]
    public async Task What_is_refused_is_a_line_on_standard_error_and_exit_code_1(string command, string? input, string words)
    {
        await MakeClinicAsync();
        var (code, output, error) = await RunAsync(command, input);

        Assert.Multiple(() =>
        {
            Assert.That(code, Is.EqualTo(1));
            Assert.That(output, Is.Empty);
            Assert.That(error, Does.StartWith("smp: ").And.Contain(words));
            Assert.That(error.Trim().Split('\n'), Has.Length.EqualTo(1));
        });
    }

    [TestCase("call GET /api/patients")]
    [TestCase("users list")]
    [TestCase("tokens create --user ada --all")]
    public async Task A_folder_without_a_clinic_is_named_and_left_as_it_was(string command)
    {
        var (code, _, error) = await RunAsync(command, null);

        Assert.That(code, Is.EqualTo(1));
        Assert.That(error, Does.Contain("There is no clinic in").And.Contain(data));
        Assert.That(Directory.Exists(data), Is.False);
    }

    [TestCase("nonsense")]
    [TestCase("users add --name ada")]
    [TestCase("users add --name ada --role Surgeon")]
    [TestCase("tokens create --user ada")]
    [TestCase("call FETCH /api/patients")]
    [TestCase("call GET /patients")]
    [TestCase("serve --urls nowhere")]
    public async Task Wrong_usage_is_exit_code_2(string command)
    {
        var (code, _, error) = await RunAsync(command, null);

        Assert.That(code, Is.EqualTo(2), error);
        Assert.That(error, Does.StartWith("smp: "));
    }

    private Task<string> MakeClinicAsync() => DoAsync("users add --name ada --role Administrator", Password);

    private async Task<string> DoAsync(string command, string? input = null) => await DoAsync(command.Split(' '), input);

    private async Task<string> DoAsync(string[] arguments, string? input = null)
    {
        var (code, output, error) = await RunAsync(arguments, input);
        Assert.That(code, Is.Zero, error);
        return output;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(string command, string? input) => RunAsync(command.Split(' '), input);

    private Task<(int Code, string Output, string Error)> RunAsync(string[] arguments, string? input) =>
        SmpProcess.RunAsync([.. arguments, "--data", data], input);

    private async Task<RunningHost> ServeAsync()
    {
        var process = SmpProcess.Start(["serve", "--urls", "http://127.0.0.1:0", "--data", data]);
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var said = "";
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(90)) is { } line)
        {
            said += line + "\n";
            if (line.Contains("stop with", StringComparison.Ordinal)) return new RunningHost(process, said);
        }

        throw new InvalidOperationException($"The host ended before it was open: {said}");
    }

    [GeneratedRegex("http://[^ ]+/setup\\?token=[^ \\n]+")]
    private static partial Regex Link();

    private sealed partial class RunningHost(Process process, string said) : IAsyncDisposable
    {
        public string Said => said;

        public Uri Url { get; } = new(Address().Match(said).Groups[1].Value);

        public async ValueTask DisposeAsync()
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        [GeneratedRegex("The clinic is open: (http://[^ \\n]+)")]
        private static partial Regex Address();
    }
}
