namespace Smp.Sdk;

/// <summary>Something that happened to a patient. It is written as it happens and stays when the module that wrote it is off.</summary>
/// <param name="PatientId">Whose timeline.</param>
/// <param name="At">When it happened (not when it was written down).</param>
/// <param name="Icon">One of the icons of the SDK: <c>needle</c>, <c>alert</c>, <c>note</c>, …</param>
/// <param name="Text">The act first, in a short sentence: "3 × 3RL 0.30 mm used, lot A213B1". At most 500 characters.</param>
/// <param name="Href">Where to read more, as a path in this clinic; null when there is nowhere.</param>
public sealed record TimelineEntry(long PatientId, DateTimeOffset At, string Icon, string Text, string? Href = null);

/// <summary>The patients' timelines.</summary>
public interface ITimeline
{
    /// <summary>Writes an entry, inside a unit of work.</summary>
    Task WriteAsync(IUnitOfWork unit, TimelineEntry entry, CancellationToken token = default);
}
