using Smp.Sdk;

namespace Smp.Runtime.Core.Credentials;

/// <summary>How a credential stands on a day.</summary>
public enum CredentialStanding
{
    /// <summary>It is valid, with time.</summary>
    Valid,

    /// <summary>It is valid, and its last day is within the clinic's warning days.</summary>
    ExpiresSoon,

    /// <summary>Its last day is past, and no later one of its kind is recorded.</summary>
    Expired,

    /// <summary>Its first day is still to come.</summary>
    NotYetValid,

    /// <summary>One of its kind that lasts longer is recorded.</summary>
    Renewed,

    /// <summary>It was ended before its time.</summary>
    Ended,
}

/// <summary>A credential with all that is recorded of it.</summary>
public sealed record CredentialRecord
{
    /// <summary>Key.</summary>
    public required long Id { get; init; }

    /// <summary>Whose.</summary>
    public required long StaffId { get; init; }

    /// <summary>What it is.</summary>
    public required CredentialKind Kind { get; init; }

    /// <summary>What it is called; only of <see cref="CredentialKind.Other"/>.</summary>
    public string? Name { get; init; }

    /// <summary>Its number as its issuer gave it.</summary>
    public string? Number { get; init; }

    /// <summary>Who gave it.</summary>
    public string? Issuer { get; init; }

    /// <summary>The first day it is valid.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The last day it is valid.</summary>
    public required DateOnly ValidUntil { get; init; }

    /// <summary>When it was ended before its time.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it was ended.</summary>
    public string? EndedBecause { get; init; }

    /// <summary>Counts its changes.</summary>
    public required long RowVersion { get; init; }

    /// <summary>How it stands today.</summary>
    public CredentialStanding Standing { get; init; }

    /// <summary>How each of one person's credentials stands on a day.</summary>
    /// <param name="all">All credentials of that person.</param>
    /// <param name="today">The day.</param>
    /// <param name="warningDays">How many days before its last day one expires soon.</param>
    internal static IReadOnlyList<CredentialRecord> Judge(IReadOnlyList<CredentialRecord> all, DateOnly today, int warningDays) =>
        [.. all.Select(c => c with { Standing = c.Judge(all, today, warningDays) })];

    private CredentialStanding Judge(IEnumerable<CredentialRecord> all, DateOnly today, int warningDays) =>
        EndedAt is not null ? CredentialStanding.Ended
        : all.Any(Renews) ? CredentialStanding.Renewed
        : ValidFrom > today ? CredentialStanding.NotYetValid
        : ValidUntil < today ? CredentialStanding.Expired
        : ValidUntil <= today.AddDays(warningDays) ? CredentialStanding.ExpiresSoon
        : CredentialStanding.Valid;

    private bool Renews(CredentialRecord other) => other.EndedAt is null && other.Kind == Kind
        && string.Equals(other.Name, Name, StringComparison.OrdinalIgnoreCase)
        && (other.ValidUntil, other.Id).CompareTo((ValidUntil, Id)) > 0;
}

/// <summary>A credential as it shall be.</summary>
public sealed record CredentialInput
{
    /// <summary>What it is.</summary>
    public CredentialKind? Kind { get; init; }

    /// <summary>What it is called, for <see cref="CredentialKind.Other"/>; at most 100 characters.</summary>
    public string? Name { get; init; }

    /// <summary>Its number; at most 100 characters.</summary>
    public string? Number { get; init; }

    /// <summary>Who gave it; at most 200 characters.</summary>
    public string? Issuer { get; init; }

    /// <summary>The first day it is valid; needed for training that is due each year.</summary>
    public DateOnly? ValidFrom { get; init; }

    /// <summary>The last day it is valid.</summary>
    public DateOnly? ValidUntil { get; init; }

    /// <summary>The same, trimmed and checked.</summary>
    /// <exception cref="RefusedException">With what is wrong.</exception>
    internal CredentialInput Checked()
    {
        var checks = new Checks();
        checks.That(Kind is not null, "kind", $"This is needed.");
        var right = this with
        {
            Name = Kind == CredentialKind.Other ? checks.Require(Name, "name", 100) : null,
            Number = checks.Optional(Number, "number", 100),
            Issuer = checks.Optional(Issuer, "issuer", 200),
        };
        checks.That(ValidUntil is not null, "validUntil", $"This is needed.");
        if (ValidFrom > ValidUntil) checks.Add("validUntil", $"The last day lies before the first.");
        // 29 CFR 1910.1030(g)(2)(iv): annual training, within one year of the previous.
        if (Kind == CredentialKind.BloodbornePathogenTraining)
        {
            checks.That(ValidFrom is not null, "validFrom", $"The day of the training is needed: it counts for a year.");
            if (ValidFrom is { } from && ValidUntil > from.AddYears(1))
                checks.Add("validUntil", $"Training on bloodborne pathogens counts for a year (29 CFR 1910.1030): until {from.AddYears(1)} at the latest.");
        }

        checks.Throw();
        return right;
    }
}
