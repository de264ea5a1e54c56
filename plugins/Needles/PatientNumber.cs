using System.Globalization;

namespace Smp.Needles;

/// <summary>Patients' file numbers as printed.</summary>
internal static class PatientNumber
{
    public static string Of(long id) => string.Create(CultureInfo.InvariantCulture, $"P-{id:000000}");
}
