namespace Smp.Consents.Records;

/// <summary>Where a consent stands.</summary>
public enum ConsentState
{
    /// <summary>Prepared; nothing is frozen yet.</summary>
    Draft,

    /// <summary>Text, language, version and values are frozen; the client reads and fills in.</summary>
    Presented,

    /// <summary>The comprehension questions were passed, or there are none.</summary>
    Understood,

    /// <summary>Time to think, before anybody can sign.</summary>
    CoolingOff,

    /// <summary>Every required signature is there.</summary>
#pragma warning disable CA1720 // The word is what consent law calls it; nobody reads an integer in it.
    Signed,
#pragma warning restore CA1720

    /// <summary>In force.</summary>
    Active,

    /// <summary>Taken back by the client.</summary>
    Withdrawn,

    /// <summary>Its time has run out.</summary>
    Expired,

    /// <summary>A newer consent or a material change stands in its place.</summary>
    Superseded,

    /// <summary>The client said no.</summary>
    Declined,

    /// <summary>Made by mistake.</summary>
    Void,
}

/// <summary>What happens to a consent.</summary>
public enum ConsentEvent
{
    /// <summary>It is shown to the client, and frozen.</summary>
    Present,

    /// <summary>The comprehension questions are passed.</summary>
    Understand,

    /// <summary>The time to think begins.</summary>
    CoolOff,

    /// <summary>The last required signature is given.</summary>
    Sign,

    /// <summary>The signed document is kept.</summary>
    Activate,

    /// <summary>The client takes it back.</summary>
    Withdraw,

    /// <summary>Its time has run out.</summary>
    Expire,

    /// <summary>A newer one stands in its place.</summary>
    Supersede,

    /// <summary>The client says no.</summary>
    Decline,

    /// <summary>It was a mistake.</summary>
    Void,
}

/// <summary>One step of a consent's life.</summary>
/// <param name="From">From which state.</param>
/// <param name="On">On what.</param>
/// <param name="To">Into which state.</param>
public readonly record struct ConsentStep(ConsentState From, ConsentEvent On, ConsentState To);

/// <summary>The life of a consent. What isn't listed can't happen. Understood and CoolingOff are passed straight through where the template asks for neither.</summary>
public static class ConsentStates
{
    /// <summary>Every step.</summary>
    public static IReadOnlyList<ConsentStep> Steps { get; } =
    [
        new(ConsentState.Draft, ConsentEvent.Present, ConsentState.Presented),
        new(ConsentState.Presented, ConsentEvent.Understand, ConsentState.Understood),
        new(ConsentState.Understood, ConsentEvent.CoolOff, ConsentState.CoolingOff),
        new(ConsentState.CoolingOff, ConsentEvent.Sign, ConsentState.Signed),
        new(ConsentState.Signed, ConsentEvent.Activate, ConsentState.Active),

        new(ConsentState.Presented, ConsentEvent.Decline, ConsentState.Declined),
        new(ConsentState.Understood, ConsentEvent.Decline, ConsentState.Declined),
        new(ConsentState.CoolingOff, ConsentEvent.Decline, ConsentState.Declined),

        // Taken back is taken back, also between the last signature and the document.
        new(ConsentState.Signed, ConsentEvent.Withdraw, ConsentState.Withdrawn),
        new(ConsentState.Active, ConsentEvent.Withdraw, ConsentState.Withdrawn),
        new(ConsentState.Active, ConsentEvent.Expire, ConsentState.Expired),
        new(ConsentState.Active, ConsentEvent.Supersede, ConsentState.Superseded),

        new(ConsentState.Draft, ConsentEvent.Void, ConsentState.Void),
        new(ConsentState.Presented, ConsentEvent.Void, ConsentState.Void),
        new(ConsentState.Understood, ConsentEvent.Void, ConsentState.Void),
        new(ConsentState.CoolingOff, ConsentEvent.Void, ConsentState.Void),
        new(ConsentState.Signed, ConsentEvent.Void, ConsentState.Void),
        new(ConsentState.Active, ConsentEvent.Void, ConsentState.Void),
    ];

    /// <summary>Where a consent goes, or null when that can't happen to it now.</summary>
    public static ConsentState? Next(ConsentState from, ConsentEvent on)
    {
        foreach (var step in Steps)
            if (step.From == from && step.On == on) return step.To;
        return null;
    }
}
