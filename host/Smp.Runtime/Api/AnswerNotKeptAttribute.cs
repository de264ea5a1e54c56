namespace Smp.Runtime.Api;

/// <summary>
/// Marks a route whose answer is a secret: it isn't kept for a request that comes twice. The second is told that the first was carried out.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class AnswerNotKeptAttribute : Attribute;
