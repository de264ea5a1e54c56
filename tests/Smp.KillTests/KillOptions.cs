using System.Globalization;

namespace Smp.KillTests;

/// <summary>How often, by whom, and where.</summary>
internal sealed record KillOptions
{
    private const string Usage = """
        Kills a process that does acknowledged writes, again and again, and looks at what is left.

          --kills N     how often, at least 1; default 50
          --seed N      repeats the kinds of kill and their moments, as far as a machine can; default: another one each time
          --writers N   how many units of work are under way at once, 1 to 256; default 16
          --data DIR    where the clinics are made, kept when something is found; default: a passing folder
        """;

    public int Kills { get; private init; } = 50;

    public int Seed { get; private init; } = Random.Shared.Next();

    public int Writers { get; private init; } = 16;

    public string? Data { get; private init; }

    public static KillOptions? Parse(string[] args, out string wrong)
    {
        wrong = Usage;
        var options = new KillOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return null;
            var isNumber = int.TryParse(args[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var number);
            switch (args[i])
            {
                case "--kills" when isNumber && number > 0:
                    options = options with { Kills = number };
                    break;
                case "--seed" when isNumber:
                    options = options with { Seed = number };
                    break;
                case "--writers" when isNumber && number is > 0 and <= 256:
                    options = options with { Writers = number };
                    break;
                case "--data":
                    options = options with { Data = args[i + 1] };
                    break;
                default:
                    wrong = $"{args[i]} {args[i + 1]} isn't understood.\n\n{Usage}";
                    return null;
            }
        }

        return options;
    }
}
