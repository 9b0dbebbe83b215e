using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ReviewStudio.Core.Datasets.Writing;

namespace ReviewStudio.Core.Datasets.Cards;

/// <summary>
/// The snapshot for programs: Croissant 1.1 JSON-LD with the RAI 1.0 vocabulary
/// (http://mlcommons.org/croissant/1.1, http://mlcommons.org/croissant/RAI/1.0).
/// Addresses are relative to the file, so they hold in the folder and behind the download address alike.
/// </summary>
internal static class Croissant
{
    public const string FileName = "croissant.json";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Terms =
    [
        "annotation", "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "excludes", "extract", "field", "fileObject", "fileProperty", "fileSet", "format",
        "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "readLines", "recordSet", "references", "regex", "sdVersion", "separator", "source",
        "subField", "transform", "unArchive", "value",
    ];

    public static string Write(CardFacts facts)
    {
        var dataset = new JsonObject
        {
            ["@context"] = Context(),
            ["@type"] = "sc:Dataset",
            ["conformsTo"] = new JsonArray("http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"),
            ["name"] = $"{facts.PolicyKey}-{facts.Version}",
            ["description"] = facts.Summary,
            ["version"] = facts.Version,
            ["url"] = "./",
            ["identifier"] = $"sha256:{facts.LogicalHash}",
            ["license"] = new JsonObject { ["@type"] = "CreativeWork", ["name"] = "No licence granted", ["description"] = "Whoever passes the data on answers for the rights in the items." },
            ["creator"] = new JsonObject { ["@type"] = "Organization", ["name"] = "The operator of this ReviewStudio installation" },
            ["datePublished"] = facts.LastDay,
            ["isLiveDataset"] = false,
            ["inLanguage"] = Texts(facts.Tally.Languages.Keys.Where(l => l.Length > 0)),
            ["keywords"] = new JsonArray("content moderation", "human labels", facts.PolicyKey),
            ["rai:dataCollection"] = "Content that was brought in for review. A model scored it; what it was unsure about, what seemed severe, and a random audit sample went to reviewers.",
            ["rai:dataCollectionTimeframe"] = new JsonArray(CanonicalRows.Instant(facts.Tally.FirstLabel), CanonicalRows.Instant(facts.Tally.LastLabel)),
            ["rai:dataAnnotationProtocol"] = facts.Protocol,
            ["rai:dataAnnotationPlatform"] = new JsonArray("ReviewStudio"),
            ["rai:dataAnnotationAnalysis"] = new JsonArray("The column soft_label keeps the shares of all labels given, confidence the share behind the label; no disagreement is hidden."),
            ["rai:annotationsPerItem"] = facts.PerItem,
            ["rai:annotatorDemographics"] = new JsonArray(facts.Annotators),
            ["rai:dataLimitations"] = Texts(facts.Limits),
            ["rai:dataBiases"] = new JsonArray(facts.Bias),
            ["rai:dataUseCases"] = new JsonArray(facts.Use),
            ["rai:personalSensitiveInformation"] = new JsonArray(CardFacts.Personal),
            ["rai:dataReleaseMaintenancePlan"] = new JsonArray("A snapshot never changes. Later labels make a later one: changed or missing labels raise the major version, added items the minor one."),
            ["distribution"] = new JsonArray([.. facts.Files.Select(File)]),
            ["recordSet"] = RecordSets(facts),
        };
        return dataset.ToJsonString(Json) + "\n";
    }

    private static JsonObject Context()
    {
        var context = new JsonObject
        {
            ["@language"] = "en",
            ["@vocab"] = "http://schema.org/",
            ["sc"] = "http://schema.org/",
            ["cr"] = "http://mlcommons.org/croissant/",
            ["rai"] = "http://mlcommons.org/croissant/RAI/",
            ["dct"] = "http://purl.org/dc/terms/",
            ["conformsTo"] = "dct:conformsTo",
            ["data"] = new JsonObject { ["@id"] = "cr:data", ["@type"] = "@json" },
            ["dataType"] = new JsonObject { ["@id"] = "cr:dataType", ["@type"] = "@vocab" },
            ["examples"] = new JsonObject { ["@id"] = "cr:examples", ["@type"] = "@json" },
        };
        foreach (var term in Terms)
        {
            context[term] = $"cr:{term}";
        }

        return context;
    }

    private static JsonNode File(SnapshotFile file) => new JsonObject
    {
        ["@type"] = "cr:FileObject",
        ["@id"] = file.Name,
        ["name"] = file.Name,
        ["contentUrl"] = file.Name,
        ["contentSize"] = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{file.Bytes} B"),
        ["encodingFormat"] = Path.GetExtension(file.Name) switch { ".parquet" => "application/x-parquet", ".jsonl" => "application/jsonlines", _ => "text/markdown" },
        ["sha256"] = file.Sha256,
    };

    private static JsonArray RecordSets(CardFacts facts)
    {
        var sets = new JsonArray(
            Constants("labels", "The answers that the policy allows.", "sc:Enumeration", ["key", "name"], facts.Labels.Select(l => (string[])[l.Key, l.Name])),
            Constants("splits", "What an example is meant for.", "cr:Split", ["name", "url"], [["train", "cr:TrainingSplit"], ["validation", "cr:ValidationSplit"], ["test", "cr:TestSplit"]]),
            Table("examples", "One row for each labelled item.", "case_id", ExampleRow.Columns));
        if (facts.WithVerdicts)
        {
            sets.Add(Table("verdicts", "One row for each verdict of a reviewer.", "verdict_id", VerdictRow.Columns));
        }

        return sets;
    }

    /// <summary>From the JSON lines: one file holds all splits.</summary>
    private static JsonNode Table<T>(string name, string about, string key, IReadOnlyList<Column<T>> columns) => new JsonObject
    {
        ["@type"] = "cr:RecordSet",
        ["@id"] = name,
        ["name"] = name,
        ["description"] = about,
        ["key"] = Reference($"{name}/{key}"),
        ["field"] = new JsonArray([.. columns.Select(c => Field(name, c))]),
    };

    private static JsonNode Field<T>(string table, Column<T> column)
    {
        var field = new JsonObject
        {
            ["@type"] = "cr:Field",
            ["@id"] = $"{table}/{column.Name}",
            ["name"] = column.Name,
            ["description"] = column.About,
            ["dataType"] = column.Name switch
            {
                "label" => new JsonArray("sc:Text", "cr:Label"),
                _ => DataType(column.Type),
            },
            ["source"] = new JsonObject { ["fileObject"] = Reference($"{table}.jsonl"), ["extract"] = new JsonObject { ["column"] = column.Name } },
        };
        if (column.Name is "label")
        {
            field["references"] = new JsonObject { ["field"] = Reference("labels/key") };
        }
        else if (column.Name is "split")
        {
            field["references"] = new JsonObject { ["field"] = Reference("splits/name") };
        }

        return field;
    }

    private static JsonNode Constants(string name, string about, string type, string[] fields, IEnumerable<string[]> rows) => new JsonObject
    {
        ["@type"] = "cr:RecordSet",
        ["@id"] = name,
        ["name"] = name,
        ["description"] = about,
        ["dataType"] = type,
        ["key"] = Reference($"{name}/{fields[0]}"),
        ["field"] = new JsonArray([.. fields.Select(f => (JsonNode)new JsonObject
        {
            ["@type"] = "cr:Field", ["@id"] = $"{name}/{f}", ["name"] = f, ["dataType"] = f == "url" ? "sc:URL" : "sc:Text",
        })]),
        ["data"] = new JsonArray([.. rows.Select(r => (JsonNode)new JsonObject(fields.Zip(r, (f, value) => KeyValuePair.Create($"{name}/{f}", (JsonNode?)value))))]),
    };

    private static JsonNode DataType(Type type) =>
        type == typeof(int) ? "sc:Integer" : type == typeof(double) ? "sc:Float" : type == typeof(bool) ? "sc:Boolean" : type == typeof(DateTime) ? "sc:DateTime" : "sc:Text";

    private static JsonObject Reference(string id) => new() { ["@id"] = id };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(t => (JsonNode)t)]);
}
