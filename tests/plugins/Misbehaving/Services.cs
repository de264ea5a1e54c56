using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Hosting;
using Smp.Sdk;

namespace Misbehaving;

public class Idle : IHostedService
{
    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public sealed class HoldsPatients(IPatients patients) : Idle
{
    public override string? ToString() => patients.ToString();
}

public sealed class ThrowsAtStart : Idle
{
    public override Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("The modem doesn't answer.");
}

public sealed class ThrowsWhenMade : Idle
{
    public ThrowsWhenMade() => throw new InvalidOperationException("There is no modem.");
}

public sealed class HangsAtStart : Idle
{
    public override Task StartAsync(CancellationToken cancellationToken) => new TaskCompletionSource().Task;
}

public sealed class HangsWhenMade : Idle
{
    public HangsWhenMade() => Thread.Sleep(Timeout.Infinite);
}

public sealed class ThrowsAtItsEnd : Idle, IDisposable
{
    public void Dispose() => throw new InvalidOperationException("The modem can't be put away.");
}

public sealed class HangsAtItsEnd : Idle, IDisposable
{
    public void Dispose() => Thread.Sleep(Timeout.Infinite);
}

/// <summary>Starts well, and falls over afterwards.</summary>
public sealed class FailsLater : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        throw new InvalidOperationException("The line went dead.");
    }
}

/// <summary>Ends its stop as it is told to, without ending its work.</summary>
public sealed class NeverStops : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => new TaskCompletionSource().Task;

    public override Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

public sealed class ThrowingPanel : ComponentBase
{
    [Parameter] public long PatientId { get; set; }

    protected override void OnInitialized() => throw new InvalidOperationException($"There is no panel for {PatientId}.");
}

public sealed class HangingPanel : ComponentBase
{
    [Parameter] public long PatientId { get; set; }

    protected override Task OnInitializedAsync() => new TaskCompletionSource().Task;
}

/// <summary>Never returns, and keeps its thread.</summary>
public sealed class BlockingPanel : ComponentBase
{
    [Parameter] public long PatientId { get; set; }

    protected override void OnInitialized() => Thread.Sleep(Timeout.Infinite);
}

public class ThrowingSource : IWorklistSource
{
    public string Permission => "worklist.view";

    public virtual Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
        throw new InvalidOperationException("The list is lost.");
}

public sealed class UnmakeableSource : ThrowingSource
{
    public UnmakeableSource() => throw new InvalidOperationException("There never was a list.");
}

public sealed class HangingSource : ThrowingSource
{
    public override Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token) =>
        new TaskCompletionSource<IReadOnlyList<WorklistEntry>>().Task;
}

public sealed class RefusingHandler : IEventHandler<LotRecalled>
{
    public Task HandleAsync(LotRecalled @event, IUnitOfWork unit, CancellationToken token) =>
        throw Refuse.Because($"Lot {@event.LotNumber} is in use on the table just now.");
}

public sealed class EmptyLedger : ISupplyLedger
{
    public Task<IReadOnlyList<OpenContainer>> ContainersAsync(SupplyKind kind, long patientId, CancellationToken token = default) =>
        Task.FromResult<IReadOnlyList<OpenContainer>>([]);

    public Task<IReadOnlyList<OpenPick>> OpenPicksAsync(long? procedureId, long? patientId, IUnitOfWork? unit = null, CancellationToken token = default) =>
        Task.FromResult<IReadOnlyList<OpenPick>>([]);

    public Task<IReadOnlyList<RecordedUse>> CloseOutAsync(
        IUnitOfWork unit, IReadOnlyList<CloseOutLine> lines, long performedBy, CancellationToken token = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<long>> ReserveAsync(IUnitOfWork unit, ReserveRequest request, CancellationToken token = default) => throw new NotSupportedException();

    public Task ReleaseAsync(IUnitOfWork unit, long reservationId, CancellationToken token = default) => throw new NotSupportedException();

    public Task<PickableLot?> ResolveAsync(string code, CancellationToken token = default) => Task.FromResult<PickableLot?>(null);

    public Task<IReadOnlyList<PickableLot>> ProposeAsync(SupplyKind kind, CancellationToken token = default) =>
        Task.FromResult<IReadOnlyList<PickableLot>>([]);

    public Task<long> PickAsync(PickRequest request, CancellationToken token = default) => throw Refuse.Because($"There is nothing.");

    public Task<RecordedUse> RecordUseAsync(IUnitOfWork unit, UseRecord use, CancellationToken token = default) => throw Refuse.Because($"There is nothing.");

    public Task ReverseUseAsync(IUnitOfWork unit, long useId, string reason, CancellationToken token = default) => throw Refuse.Because($"There is nothing.");
}
