using Smp.Sdk;

namespace Smp.Runtime.Tests.Clinical;

public sealed class ExcerptTests
{
    [TestCase("abcde", "abcde")]
    [TestCase("abcdef", "abcd…")]
    [TestCase("abc\ud83e\udea1def", "abc…")]
    [TestCase("ab\ud83e\udea1cde", "ab\ud83e\udea1…")]
    public void What_is_too_long_is_cut_and_no_character_is_cut_in_two(string text, string cut) => Assert.That(Excerpt.Of(text, 5), Is.EqualTo(cut));
}
