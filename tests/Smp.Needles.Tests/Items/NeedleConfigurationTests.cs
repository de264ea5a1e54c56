using Smp.Needles.Items;

namespace Smp.Needles.Tests.Items;

public sealed class NeedleConfigurationTests
{
    [TestCase("3RL", 3, NeedleShape.RL)]
    [TestCase(" 1rl ", 1, NeedleShape.RL)]
    [TestCase("14RS", 14, NeedleShape.RS)]
    [TestCase("7M", 7, NeedleShape.M)]
    [TestCase("99F", 99, NeedleShape.F)]
    public void A_count_and_a_shape_are_read(string text, int count, NeedleShape shape)
    {
        Assert.That(NeedleConfiguration.TryParse(text, out var configuration), Is.True);
        Assert.That((configuration.Count, configuration.Shape), Is.EqualTo((count, shape)));
        Assert.That(configuration.ToString(), Is.EqualTo(text.Trim().ToUpperInvariant()));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("RL")]
    [TestCase("0RL")]
    [TestCase("03RL")]
    [TestCase("100RL")]
    [TestCase("3")]
    [TestCase("3XX")]
    [TestCase("3 RL")]
    [TestCase("-3RL")]
    [TestCase("３RL")]
    public void Anything_else_is_not(string? text) => Assert.That(NeedleConfiguration.TryParse(text, out _), Is.False);
}
