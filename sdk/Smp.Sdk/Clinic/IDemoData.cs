namespace Smp.Sdk;

/// <summary>Believable sample data, for a demonstration clinic and for tests.</summary>
public interface IDemoData
{
    /// <summary>Adds the samples to a clinic that has the core's: patients and staff. Called once, before the first visitor.</summary>
    Task AddAsync(CancellationToken token);
}
