namespace Smp.Runtime.Store;

/// <summary>The core's tables that are part of the SDK: plugins refer to their keys, and read those that their manifests name.</summary>
internal static class ContractTables
{
    /// <summary>What the key of each is called.</summary>
    public const string Key = "id";

    /// <summary>Their names.</summary>
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string>(StringComparer.OrdinalIgnoreCase)
        {
            "patients", "patient_allergies", "staff", "locations", "rooms", "procedures", "procedure_team", "appointments", "appointment_staff",
        };
}
