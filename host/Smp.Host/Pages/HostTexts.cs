namespace Smp.Host.Pages;

/// <summary>Names the catalog of the host's texts: the English sentence is the key.</summary>
public sealed class HostTexts;
