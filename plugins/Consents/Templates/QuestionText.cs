using System.Text;

namespace Smp.Consents.Templates;

/// <summary>Questions as they are written: <c>? The question</c>, then its answers, <c>- [x]</c> the right one and <c>- [ ]</c> the others, a line each.</summary>
internal static class QuestionText
{
    /// <summary>Reads questions. With a mistake there are none, and a sentence that says what is wrong.</summary>
    public static (IReadOnlyList<Question> Questions, FormattableString? Wrong) Read(string text)
    {
        var questions = new List<Question>();
        var (asked, answers, right) = ((string?)null, new List<string>(), -1);
        foreach (var line in text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (line.StartsWith("? ", StringComparison.Ordinal))
            {
                if (Close() is { } wrong) return ([], wrong);
                (asked, answers, right) = (line[2..].Trim(), [], -1);
            }
            else if (asked is not null && line is ['-', ' ', '[', 'x' or 'X' or ' ', ']', ' ', ..])
            {
                if (line[3] is not ' ' && right >= 0) return ([], $"Two answers are right: {asked}");
                if (line[3] is not ' ') right = answers.Count;
                answers.Add(line[6..].Trim());
            }
            else
            {
                return ([], $"This line is neither a question nor an answer: {line}");
            }
        }

        return Close() is { } last ? ([], last) : (questions, null);

        FormattableString? Close()
        {
            if (asked is null) return null;
            if (answers.Count < 2) return $"There are two answers at least to a question: {asked}";
            if (right < 0) return $"No answer is right: {asked}";
            questions.Add(new(asked, answers, right));
            return null;
        }
    }

    /// <summary>Writes questions as <see cref="Read"/> reads them.</summary>
    public static string Write(IReadOnlyList<Question> questions)
    {
        var text = new StringBuilder();
        foreach (var question in questions)
        {
            text.Append("? ").Append(question.Text).Append('\n');
            for (var i = 0; i < question.Answers.Count; i++) text.Append(i == question.Right ? "- [x] " : "- [ ] ").Append(question.Answers[i]).Append('\n');
        }

        return text.ToString();
    }
}
