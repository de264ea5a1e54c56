namespace Smp.Sdk.Web;

/// <summary>One line of a <see cref="SelectField"/>.</summary>
/// <param name="Value">What is posted.</param>
/// <param name="Text">What is shown.</param>
public sealed record Option(string Value, string Text);
