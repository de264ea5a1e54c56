using Smp.Sdk;

namespace Smp.Runtime.Identity;

/// <summary>What a user may be called to sign in: 2 to 64 letters (a to z), digits and <c>. - _ @</c>, told apart without regard to case.</summary>
internal static class UserNames
{
    private const int MinLength = 2;
    private const int MaxLength = 64;

    /// <summary>Says what is wrong with a name for a new user. Returns it as it will be kept.</summary>
    public static string Check(Checks checks, string? userName)
    {
        var name = checks.Require(userName, "userName", MaxLength);
        if (name.Length is 0 or > MaxLength) return name;
        checks.That(name.Length >= MinLength, "userName", $"At least {MinLength} characters.");
        checks.That(name.ToUpperInvariant() is not ("NEW" or "ROLES"), "userName", $"A page of the clinic has this name. Choose another.");
        checks.That(!name.StartsWith('.'), "userName", $"It begins with a letter or a digit.");
        if (name.All(IsAllowed)) return name;
        checks.Add("userName", $"Letters from a to z, digits and . - _ @ only.");
        return name;
    }

    /// <summary>What a name is looked up by; null when nobody can be called so.</summary>
    public static string? Key(string? userName)
    {
        var name = userName?.Trim();
        return name is { Length: >= MinLength and <= MaxLength } && name.All(IsAllowed)
            ? name.ToUpperInvariant()
            : null;
    }

    private static bool IsAllowed(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '@';
}
