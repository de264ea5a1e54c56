namespace Measures;

public static class Ruler
{
    public static string Name => "Ruler of version 1";
}
