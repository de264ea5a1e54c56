namespace Smp.Sdk;

/// <summary>The clinic itself, as its settings say.</summary>
public interface IClinic
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its postal address with its lines; empty where none is set.</summary>
    string Address { get; }

    /// <summary>Where this host is reached from outside, without a slash at the end: what links in messages and on paper lead to. Null where none is set.</summary>
    string? WebAddress { get; }

    /// <summary>The language of its pages: a two-letter code of ISO 639, in small letters.</summary>
    string Language { get; }
}
