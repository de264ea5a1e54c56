namespace Tally.Contracts;

public interface ITally
{
    int Count { get; }

    void Add(int count);

    /// <summary>Version 1.1 has no such thing.</summary>
    void Clear(string reason);
}

public interface ITallyListener
{
    string Hear(int count);
}

public sealed record Tallied(int Count);

public sealed record Cleared(string Reason);
