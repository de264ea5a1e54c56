namespace Smp.Sdk;

/// <summary>Something that went wrong and that a physician must review.</summary>
/// <param name="Kind">A word that groups them: "ExpiredLotUsed".</param>
/// <param name="Text">What happened, in a sentence. At most 500 characters.</param>
/// <param name="At">When it happened.</param>
/// <param name="PatientId">The patient it happened to, where there is one; it is then on their timeline too.</param>
/// <param name="Href">Where to read more, as a path in this clinic.</param>
public sealed record NewIncident(string Kind, string Text, DateTimeOffset At, long? PatientId = null, string? Href = null)
{
    /// <summary>Whether the incident doesn't say who opened it, to those who review it: the audit trail does. Default false.</summary>
    public bool Confidential { get; init; }
}

/// <summary>Incidents: facts that broke a rule. What has happened is always recorded, and flagged here.</summary>
public interface IIncidents
{
    /// <summary>Opens an incident inside the unit of work that records the fact. Returns its key.</summary>
    Task<long> OpenAsync(IUnitOfWork unit, NewIncident incident, CancellationToken token = default);
}
