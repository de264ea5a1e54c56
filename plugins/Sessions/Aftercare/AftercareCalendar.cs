namespace Smp.Sessions.Aftercare;

/// <summary>What a client does after a session.</summary>
public enum AftercareRule
{
    /// <summary>Keep it dry, and don't sweat.</summary>
    KeepDry,

    /// <summary>Rinse with lukewarm water.</summary>
    Rinse,

    /// <summary>Wash as ever, with the named cleanser.</summary>
    Cleanse,

    /// <summary>No direct sun.</summary>
    NoSun,

    /// <summary>Pool and sauna are fine again.</summary>
    PoolAndSauna,
}

/// <summary>One line of the sheet.</summary>
/// <param name="Rule">What.</param>
/// <param name="From">The first day.</param>
/// <param name="Through">The last day; null where it goes on.</param>
public sealed record AftercareLine(AftercareRule Rule, DateOnly From, DateOnly? Through);

/// <summary>What a client does after a session, by the days of the calendar. The day of the session is day 0. The days are the clinic's own choice.</summary>
public static class AftercareCalendar
{
    /// <summary>Every rule, by its days.</summary>
    public static IReadOnlyList<(AftercareRule Rule, int From, int? Through)> Rules { get; } =
    [
        (AftercareRule.KeepDry, 0, 3),
        (AftercareRule.Rinse, 4, 6),
        (AftercareRule.Cleanse, 7, null),
        (AftercareRule.NoSun, 0, 28),
        (AftercareRule.PoolAndSauna, 30, null),
    ];

    /// <summary>The lines for a session.</summary>
    public static IReadOnlyList<AftercareLine> For(DateOnly session) =>
        [.. Rules.Select(r => new AftercareLine(r.Rule, session.AddDays(r.From), r.Through is { } day ? session.AddDays(day) : null))];
}
