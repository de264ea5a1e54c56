namespace Smp.Host.Commands;

/// <summary>Passwords come by standard input: an argument would be seen by everybody on the machine.</summary>
internal static class Passwords
{
    private const string PassphraseVariable = "SMP_BACKUP_PASSPHRASE";

    /// <summary>A backup's passphrase from the environment; null when there is none.</summary>
    public static string? GivenPassphrase => Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } set ? set : null;

    /// <summary>The first line of standard input; asked for without showing it when that is a terminal.</summary>
    /// <exception cref="CommandFailedException">There is none.</exception>
    public static string Read() => Read("Password", "The password is read from standard input, and there was none: echo … | smp users add …");

    /// <summary>A backup's passphrase: from the environment, else the first line of standard input.</summary>
    /// <param name="isNew">Whether it is to be typed twice: one that was mistyped would open nothing.</param>
    /// <exception cref="CommandFailedException">There is none, or two different ones.</exception>
    public static string ReadPassphrase(bool isNew)
    {
        if (GivenPassphrase is { } given) return given;
        const string None = $"The passphrase is read from standard input or {PassphraseVariable}, and there was none.";
        var typed = Read("Passphrase", None);
        return !isNew || Console.IsInputRedirected || Read("The same once more", None) == typed
            ? typed
            : throw new CommandFailedException("These were two different passphrases. Nothing was done.");
    }

    private static string Read(string prompt, string none)
    {
        if (Console.IsInputRedirected) return Console.In.ReadLine() is { Length: > 0 } line ? line : throw new CommandFailedException(none);

        Console.Error.Write($"{prompt}: ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length = Math.Max(0, typed.Length - 1);
            else if (!char.IsControl(key.KeyChar)) typed.Append(key.KeyChar);
        }

        Console.Error.WriteLine();
        return typed.ToString();
    }
}
