namespace Smp.Runtime.Identity;

/// <summary>How sessions behave.</summary>
public sealed record ClinicIdentityOptions
{
    /// <summary>After how long without a request a session ends, 1 minute to 12 hours; exact to a minute. Default 30 minutes.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>For how long after somebody's password was typed on a tablet their PIN is enough there. Default 12 hours.</summary>
    public TimeSpan PinAfterPassword { get; init; } = TimeSpan.FromHours(12);
}
