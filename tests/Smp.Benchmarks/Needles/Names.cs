namespace Smp.Benchmarks.Needles;

/// <summary>Names as they are common in German-speaking countries, so that what is typed has as many matches as it would have there.</summary>
internal static class Names
{
    public static readonly string[] Family =
    [
        "Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz", "Hoffmann", "Koch", "Bauer", "Richter", "Klein", "Wolf",
        "Schröder", "Neumann", "Schwarz", "Zimmermann", "Braun", "Krüger", "Hofmann", "Hartmann", "Lange", "Schmitt", "Werner", "Krause", "Meier", "Lehmann", "Schmid",
        "Schulze", "Maier", "Köhler", "Herrmann", "König", "Walter", "Mayer", "Huber", "Kaiser", "Fuchs", "Peters", "Lang", "Scholz", "Möller", "Weiss", "Jung",
        "Hahn", "Schubert", "Vogel", "Friedrich", "Keller", "Günther", "Frank", "Berger", "Winkler", "Roth", "Beck", "Lorenz", "Baumann", "Franke", "Albrecht",
        "Schuster", "Simon", "Ludwig", "Böhm", "Winter", "Kraus", "Martin", "Schumacher", "Krämer", "Vogt", "Stein", "Jäger", "Otto", "Sommer", "Gross", "Seidel",
        "Heinrich", "Brandt", "Haas", "Schreiber", "Graf", "Schulte", "Dietrich", "Ziegler", "Kuhn", "Kühn", "Pohl", "Engel", "Horn", "Busch", "Bergmann", "Thomas",
        "Voigt", "Sauer", "Arnold", "Wolff", "Pfeiffer",
    ];

    public static readonly string[] Given =
    [
        "Anna", "Maria", "Peter", "Hans", "Andrea", "Thomas", "Michael", "Claudia", "Wolfgang", "Susanne", "Andreas", "Sabine", "Stefan", "Petra", "Christian",
        "Monika", "Markus", "Birgit", "Daniel", "Nicole", "Martin", "Katrin", "Alexander", "Julia", "Sebastian", "Laura", "Jan", "Sarah", "Tobias", "Lisa", "Florian",
        "Lena", "Matthias", "Hannah", "Philipp", "Mia", "Lukas", "Emma", "Jonas", "Sophie", "Felix", "Lea", "Paul", "Marie", "Maximilian", "Johanna", "David", "Clara",
        "Simon", "Ida", "Elias", "Frieda", "Noah", "Emil", "Anton", "Oskar", "Jakob", "Karl", "Friedrich", "Wilhelm", "Heinrich", "Georg", "Otto", "Bruno",
    ];
}
