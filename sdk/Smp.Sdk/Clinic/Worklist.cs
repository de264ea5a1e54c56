namespace Smp.Sdk;

/// <summary>How much something on the worklist presses.</summary>
public enum Urgency
{
    /// <summary>Due, with time.</summary>
    Notice,

    /// <summary>Due now.</summary>
    Warning,

    /// <summary>Overdue, or somebody may come to harm.</summary>
    Danger,
}

/// <summary>Something to do.</summary>
/// <param name="Title">What to do, in words that start with the verb: "Check in lot A213B1".</param>
/// <param name="Detail">One line of context.</param>
/// <param name="Href">Where to do it, as a path in this clinic.</param>
/// <param name="Due">By which day.</param>
/// <param name="Urgency">How much it presses.</param>
/// <param name="PatientId">For whom, where it is about a patient.</param>
public sealed record WorklistEntry(string Title, string Detail, string Href, DateOnly Due, Urgency Urgency, long? PatientId = null);

/// <summary>What is wanted from the worklist.</summary>
/// <param name="Today">Today where the clinic is.</param>
/// <param name="PatientId">Only what is about this patient; null for everything.</param>
/// <param name="Limit">How many at most, the most urgent first.</param>
public sealed record WorklistQuery(DateOnly Today, long? PatientId, int Limit);

/// <summary>
/// Says what is due. Each source is asked by itself, in a scope of its own and within a bounded time; one that is slow
/// or throws becomes a notice and harms no other.
/// </summary>
public interface IWorklistSource
{
    /// <summary>The permission that whoever sees these entries needs: <c>needles.view</c>.</summary>
    string Permission { get; }

    /// <summary>What is due, the most urgent first.</summary>
    Task<IReadOnlyList<WorklistEntry>> ListAsync(WorklistQuery query, CancellationToken token);
}

/// <summary>
/// On an <see cref="IWorklistSource"/>: none of what it lists is about one patient, so it isn't asked for a patient's page.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ForTheClinicAttribute : Attribute;
