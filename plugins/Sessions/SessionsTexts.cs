namespace Smp.Sessions;

/// <summary>Names the catalog of this module's texts: the English sentence is the key.</summary>
public sealed class SessionsTexts;
