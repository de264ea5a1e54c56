using System.Net.ServerSentEvents;
using Smp.Sdk;
using Smp.Sdk.Testing;

namespace Smp.Host.Tests.Shells;

/// <summary>Server-sent events of a module, while modules come and go.</summary>
[Parallelizable]
public sealed class StreamTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private PluginShelf shelf = null!;
    private TestClinic clinic = null!;
    private string other = null!;

    [SetUp]
    public async Task Open()
    {
        shelf = PluginShelf.WithGoodOne();
        other = shelf.Misbehaving("other");
        clinic = await shelf.OpenAsync();
    }

    [TearDown]
    public async Task Close()
    {
        await clinic.DisposeAsync();
        shelf.Dispose();
    }

    [Test]
    public async Task Streams_end_at_each_swap_and_go_on_after_their_last_event_without_a_gap()
    {
        const int Listeners = 16, Swaps = 8;
        var desk = await clinic.AsAsync(Role.Coordinator);
        var listening = 0;
        await AddAsync(desk);
        var listeners = Enumerable.Range(0, Listeners).Select(_ => ListenAsync(desk, until: 1 + Swaps, () => Interlocked.Increment(ref listening))).ToList();
        await ShellSteps.UntilAsync(() => Task.FromResult(Volatile.Read(ref listening) >= Listeners), "all listen");

        for (var i = 0; i < Swaps; i++)
        {
            await clinic.TurnAsync(other, on: i % 2 != 0);
            await AddAsync(desk);
        }

        foreach (var listener in listeners)
        {
            var heard = await listener.WaitAsync(Soon);
            Assert.That(heard.Calls, Is.EqualTo(Enumerable.Range(1, 1 + Swaps).Select(i => $"call {i}")));
            Assert.That(heard.Times, Is.GreaterThan(1), "came again");
        }
    }

    [Test]
    public async Task A_stream_of_the_old_shell_ends_by_itself_at_once()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);
        await AddAsync(desk);
        using var answer = await OpenAsync(desk, last: 0);
        await using var events = SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator();
        Assert.That(await events.MoveNextAsync().AsTask().WaitAsync(Soon), Is.True);
        Assert.That((events.Current.EventId, events.Current.Data), Is.EqualTo(("1", "call 1")));
        var next = events.MoveNextAsync().AsTask();
        Assert.That(next.IsCompleted, Is.False);

        await clinic.TurnAsync("test.web", on: false);

        // An end, not an error; long before what still runs is cut off.
        Assert.That(await next.WaitAsync(Soon), Is.False);
    }

    [Test]
    public async Task An_open_stream_does_not_keep_the_clinic_from_closing()
    {
        var desk = await clinic.AsAsync(Role.Coordinator);
        await AddAsync(desk);
        using var answer = await OpenAsync(desk, last: 0);
        var whole = answer.Content.ReadAsStringAsync();

        await clinic.DisposeAsync().AsTask().WaitAsync(Soon);

        Assert.That(await whole.WaitAsync(Soon), Does.StartWith("data: call 1\nid: 1\n"));
        clinic = await shelf.OpenAsync();
    }

    // As a browser does: comes again whenever the stream ends, and says what it got last.
    private static async Task<(List<string> Calls, int Times)> ListenAsync(HttpClient desk, int until, Action heard)
    {
        List<string> calls = [];
        var (last, times) = (0, 0);
        while (calls.Count < until)
        {
            times++;
            using var answer = await OpenAsync(desk, last);
            answer.EnsureSuccessStatusCode();
            await foreach (var item in SseParser.Create(await answer.Content.ReadAsStreamAsync()).EnumerateAsync())
            {
                calls.Add(item.Data);
                heard();
                last = int.Parse(item.EventId!, System.Globalization.CultureInfo.InvariantCulture);
                if (calls.Count == until) break;
            }
        }

        return (calls, times);
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient desk, int last)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/test.web/calls");
        if (last > 0) request.Headers.Add("Last-Event-ID", $"{last}");
        return await desk.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task AddAsync(HttpClient desk)
    {
        using var answer = await desk.PostAsync("/api/test.web/calls", null);
        answer.EnsureSuccessStatusCode();
    }
}
