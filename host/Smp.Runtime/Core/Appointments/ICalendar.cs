using System.Globalization;
using System.Text;
using Smp.Sdk;

namespace Smp.Runtime.Core.Appointments;

/// <summary>An event of a calendar that goes out.</summary>
/// <param name="Uid">Names it for ever.</param>
/// <param name="Sequence">How often it was changed.</param>
/// <param name="Status">How it stands.</param>
/// <param name="StartsAt">When it begins.</param>
/// <param name="EndsAt">When it ends.</param>
/// <param name="ChangedAt">When it was changed last.</param>
/// <param name="Summary">What it is. Never a patient's name: calendars lie on other people's servers.</param>
/// <param name="Place">Where.</param>
public sealed record CalendarEvent(
    string Uid, long Sequence, AppointmentStatus Status, DateTimeOffset StartsAt, DateTimeOffset EndsAt, DateTimeOffset ChangedAt, string Summary, string? Place);

/// <summary>
/// Writes iCalendar (RFC 5545): lines end with CRLF and are folded at 75 octets, texts are escaped, and times are in UTC, so that no zone has to be described and none can be
/// described wrongly. What was called off is sent as CANCELLED under its UID with a higher SEQUENCE, so that whoever has it takes it out.
/// </summary>
public static class ICalendar
{
    private const int MaxOctets = 75;

    /// <summary>A calendar that is subscribed to.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="events">What is in it.</param>
    /// <param name="now">When it is written: DTSTAMP says so where there is no method that says otherwise (3.8.7.2).</param>
    public static string Write(string name, IEnumerable<CalendarEvent> events, DateTimeOffset now)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN", "VCALENDAR");
        Line(text, "VERSION", "2.0");
        Line(text, "PRODID", "-//Smp//Smp//EN");
        Line(text, "CALSCALE", "GREGORIAN");
        Line(text, "METHOD", "PUBLISH");
        Line(text, "X-WR-CALNAME", Escaped(name));
        // RFC 7986, 5.7, and what programs asked for before it: not more often than every quarter of an hour.
        Line(text, "REFRESH-INTERVAL;VALUE=DURATION", "PT15M");
        Line(text, "X-PUBLISHED-TTL", "PT15M");
        foreach (var e in events) Write(text, e, now);
        Line(text, "END", "VCALENDAR");
        return text.ToString();
    }

    private static void Write(StringBuilder text, CalendarEvent e, DateTimeOffset now)
    {
        Line(text, "BEGIN", "VEVENT");
        Line(text, "UID", Escaped(e.Uid));
        Line(text, "DTSTAMP", Moment(now));
        Line(text, "LAST-MODIFIED", Moment(e.ChangedAt));
        Line(text, "SEQUENCE", e.Sequence.ToString(CultureInfo.InvariantCulture));
        Line(text, "DTSTART", Moment(e.StartsAt));
        Line(text, "DTEND", Moment(e.EndsAt));
        Line(text, "SUMMARY", Escaped(e.Summary));
        if (e.Place is not null) Line(text, "LOCATION", Escaped(e.Place));
        Line(text, "STATUS", StatusOf(e.Status));
        Line(text, "TRANSP", AppointmentSteps.Holding.Contains(e.Status) || e.Status is AppointmentStatus.Fulfilled ? "OPAQUE" : "TRANSPARENT");
        Line(text, "CLASS", "CONFIDENTIAL");
        Line(text, "END", "VEVENT");
    }

    private static string StatusOf(AppointmentStatus status) => status switch
    {
        AppointmentStatus.Proposed or AppointmentStatus.Pending => "TENTATIVE",
        AppointmentStatus.Cancelled or AppointmentStatus.NoShow or AppointmentStatus.EnteredInError or AppointmentStatus.Waitlist => "CANCELLED",
        _ => "CONFIRMED",
    };

    private static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    // 3.3.11: backslash, semicolon and comma are escaped, and lines broken by \n; no other control character may stand in a text.
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 8);
        foreach (var c in text.ReplaceLineEndings("\n"))
        {
            if (c is '\\' or ';' or ',') escaped.Append('\\').Append(c);
            else if (c == '\n') escaped.Append("\\n");
            else if (!char.IsControl(c)) escaped.Append(c);
        }

        return escaped.ToString();
    }

    // 3.1: no line is longer than 75 octets; a fold is CRLF and a space, which counts on the next line, and never parts a character.
    private static void Line(StringBuilder text, string name, string value)
    {
        var octets = 0;
        foreach (var rune in $"{name}:{value}".EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MaxOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
