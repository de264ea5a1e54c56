namespace Tally.Contracts;

/// <summary>Provided by the module that exports it.</summary>
public interface ITally
{
    int Count { get; }

    void Add(int count);
}

/// <summary>Left open for others to implement.</summary>
public interface ITallyListener
{
    string Hear(int count);
}

/// <summary>Published when something was counted.</summary>
public sealed record Tallied(int Count);
