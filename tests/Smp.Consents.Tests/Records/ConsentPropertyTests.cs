using FsCheck;
using FsCheck.Fluent;
using Smp.Consents.Records;
using Smp.Consents.Templates;

namespace Smp.Consents.Tests.Records;

internal sealed class ConsentPropertyTests
{
    private static readonly SignatureMeaning[] Signatories = [SignatureMeaning.PatientConsent, SignatureMeaning.Witness];
    private static readonly DateTimeOffset Start = new(2026, 7, 7, 9, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan CoolingOff = TimeSpan.FromDays(7);

    [Test]
    public void No_sequence_of_acts_reaches_active_with_anything_missing_nor_changes_what_was_signed()
    {
        var reached = 0;
        // The acts that lead on come often, so that some of the sequences do get there.
        var sequences = Gen.Choose(0, 13).ListOf(40).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(3000), Prop.ForAll(sequences, acts =>
        {
            if (Run([.. acts])) reached++;
        }));
        Assert.That(reached, Is.GreaterThan(0), "no sequence got to Active: nothing was checked");
    }

    private static bool Run(int[] acts)
    {
        var text = TemplateText.Read("""{{tick smoker "I smoke"}}{{if smoker}}{{text much "How much?" required}}{{end}}{{initials risks "Risks" required}}""").Text!;
        var consent = new Consent(new Completeness(text, Signatories), HasQuestions: true, CoolingOff);
        var (now, passed, active) = (Start, false, false);
        DateTimeOffset? firstSigned = null;
        foreach (var act in acts)
        {
            var before = consent;
            var next = act switch
            {
                0 => consent.Present(now),
                1 => consent.Understand(passed: false),
                2 => consent.Understand(passed: true),
                3 => consent.Answer(new Dictionary<string, string> { ["smoker"] = "yes", ["risks"] = "AB" }),
                4 or 5 => consent.Answer(new Dictionary<string, string> { ["risks"] = "AB" }),
                6 or 7 => consent.Sign(SignatureMeaning.PatientConsent, now),
                8 or 9 => consent.Sign(SignatureMeaning.Witness, now),
                10 or 11 => consent.Do(ConsentEvent.Activate),
                12 => consent.Do(ConsentEvent.Withdraw),
                _ => null,
            };
            if (act == 13) now += TimeSpan.FromDays(3);
            if (next is null) continue;
            consent = next;
            passed |= act == 2;
            if (before.Signatures.Count == 0 && next.Signatures.Count == 1) firstSigned = now;
            if (before.Signatures.Count > 0)
            {
                Assert.That(next.Answers, Is.EqualTo(before.Answers));
                Assert.That(next.Signatures.Take(before.Signatures.Count), Is.EqualTo(before.Signatures));
            }

            if (consent.State != ConsentState.Active) continue;
            active = true;
            Assert.That(passed, Is.True);
            Assert.That(consent.Answers["risks"], Is.EqualTo("AB"));
            Assert.That(consent.Answers.ContainsKey("smoker"), Is.False, "a smoker who doesn't say how much");
            Assert.That(consent.Signatures, Is.EqualTo(Signatories));
            Assert.That(firstSigned, Is.GreaterThanOrEqualTo(consent.PresentedAt!.Value + CoolingOff));
        }

        return active;
    }
}
