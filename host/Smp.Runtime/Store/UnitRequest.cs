using Smp.Sdk;

namespace Smp.Runtime.Store;

/// <summary>A unit of work that waits for the writer, with all it needs to be run, and run again.</summary>
internal abstract class UnitRequest
{
    public required Rights Rights { get; init; }

    public required Act Act { get; init; }

    public required Actor Actor { get; init; }

    public required DateTimeOffset Now { get; init; }

    /// <summary>The id of the request that it is part of; null outside of one.</summary>
    public required string? Request { get; init; }

    /// <summary>The scope of the caller, from which event handlers come.</summary>
    public required IServiceProvider Services { get; init; }

    public required CancellationToken Token { get; init; }

    /// <summary>The caller's context, so that what is ambient there is ambient in the unit.</summary>
    public ExecutionContext? Context { get; } = ExecutionContext.Capture();

    /// <summary>Told once the unit is on disk, and then only; set by the run that is committed.</summary>
    public Action? Committed { get; set; }

    public abstract Task RunAsync(UnitOfWork unit);

    public abstract void Succeed();

    public abstract void Fail(Exception error);
}

/// <inheritdoc/>
internal sealed class UnitRequest<T>(Func<IUnitOfWork, Task<T>> write) : UnitRequest
{
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T result = default!;

    public Task<T> Done => done.Task;

    public override async Task RunAsync(UnitOfWork unit) => result = await write(unit);

    public override void Succeed()
    {
        done.TrySetResult(result);
        Committed?.Invoke();
    }

    public override void Fail(Exception error)
    {
        if (error is OperationCanceledException cancelled && Token.IsCancellationRequested) done.TrySetCanceled(cancelled.CancellationToken);
        else done.TrySetException(error);
    }
}
