namespace Smp.Sdk.Web;

/// <summary>Names the catalog of the SDK's own texts: the English sentence is the key.</summary>
public sealed class SdkTexts;
