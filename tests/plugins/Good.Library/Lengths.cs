namespace Good.Library;

public static class Lengths
{
    public static string Describe(int millimetres) => $"{millimetres} mm";
}
