using System.Text.Json;
using ReviewStudio.Cli;
using ReviewStudio.Core.Accounts;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Cli;

/// <summary>The verbs on files of verdicts, run as programs.</summary>
public sealed class AgreementVerbTests : IDisposable
{
    private static readonly string HateCheck = Path.Combine(Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "", "agreement", "hatecheck_annotations.csv");

    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Agreement_of_a_wide_file_is_one_JSON_object()
    {
        Assert.SkipUnless(File.Exists(HateCheck), "REVIEWSTUDIO_DATA is not here");

        var json = await JsonAsync("agreement", "--annotations", HateCheck, "--item", "case_id", "--raters", "label_1..label_10");

        json.GetProperty("items").GetInt32().ShouldBe(3901);
        json.GetProperty("raters").GetInt32().ShouldBe(10);
        json.GetProperty("labels").GetInt32().ShouldBe(2);
        json.GetProperty("krippendorff_alpha").GetDouble().ShouldBe(0.929, 5e-4);
        json.GetProperty("cohen_kappa_mean").GetDouble().ShouldBe(0.929, 2e-3);
        json.GetProperty("intervals").GetProperty("krippendorff_alpha").GetProperty("lower").GetDouble().ShouldBeInRange(0.91, 0.929);
        json.TryGetProperty("undefined", out _).ShouldBeFalse();
    }

    [Theory]
    [InlineData("majority", 0.9987)]
    [InlineData("dawid-skene", 0.9990)]
    public async Task Consensus_meets_the_known_accuracy(string method, double accuracy)
    {
        Assert.SkipUnless(File.Exists(HateCheck), "REVIEWSTUDIO_DATA is not here");
        var labels = Path.Combine(_folder.Path, "labels.csv");

        var json = await JsonAsync(
            "consensus", "--annotations", HateCheck, "--item", "case_id", "--raters", "label_1..label_10", "--method", method, "--truth", HateCheck, "--truth-label", "label_gold", "--out", labels);

        json.GetProperty("method").GetString().ShouldBe(method);
        json.GetProperty("items").GetInt32().ShouldBe(3901);
        json.GetProperty("accuracy").GetDouble().ShouldBe(accuracy, 5e-5);
        var lines = await File.ReadAllLinesAsync(labels);
        lines.Length.ShouldBe(3902);
        lines[0].ShouldBe("item,label,confidence,verdicts,tied,p_hateful,p_non-hateful");
        lines[1].ShouldStartWith("1,hateful,1,5,false,");
    }

    [Fact]
    public async Task Long_file_gives_what_the_same_wide_file_gives()
    {
        var wide = _folder.Write("wide.csv", "post,ann,bob,cid\n1,x,x,y\n2,y,,y\n3,x,x,x\n4,,,\n5,y,x,");
        var rows = "post,who,verdict\n1,ann,x\n3,bob,x\n1,bob,x\n1,cid,y\n2,ann,y\n2,bob,\n2,cid,y\n3,ann,x\n3,cid,x\n5,ann,y\n5,bob,x\n4,cid,";

        var fromWide = await JsonAsync("agreement", "--annotations", wide, "--item", "post", "--raters", "ann,bob,cid");
        var fromLong = await JsonAsync("agreement", "--annotations", _folder.Write("long.csv", rows), "--item", "post", "--rater", "who", "--label", "verdict");

        foreach (var name in new[] { "percent_agreement", "fleiss_kappa", "krippendorff_alpha", "gwet_ac1", "cohen_kappa_mean" })
        {
            fromLong.GetProperty(name).GetDouble().ShouldBe(fromWide.GetProperty(name).GetDouble(), 1e-12);
            fromWide.GetProperty("cautions").GetProperty(name).GetString().ShouldNotBeNullOrEmpty();
        }

        fromLong.GetProperty("items").GetInt32().ShouldBe(4, "nobody judged the fourth");
    }

    [Fact]
    public async Task Ordinal_level_follows_the_order_that_is_given()
    {
        var file = _folder.Write("o.csv", "post,ann,bob\n1,low,medium\n2,high,high\n3,low,low\n4,medium,high\n5,low,high");
        string[] command = ["agreement", "--annotations", file, "--item", "post", "--raters", "ann,bob", "--level", "ordinal"];

        var right = await JsonAsync([.. command, "--labels", "low,medium,high"]);
        var other = await JsonAsync([.. command, "--labels", "medium,low,high"]);
        var none = await StudioProgram.RunToEndAsync(command);

        right.GetProperty("krippendorff_alpha").GetDouble().ShouldBeGreaterThan(other.GetProperty("krippendorff_alpha").GetDouble() + 0.01);
        none.Code.ShouldBe(1);
        none.Errors.ShouldContain("--labels high,low,medium");
    }

    [Fact]
    public async Task What_is_not_defined_is_null_with_the_reason()
    {
        var json = await JsonAsync("agreement", "--annotations", _folder.Write("one.csv", "post,ann\n1,x\n2,y"), "--item", "post", "--raters", "ann");

        json.GetProperty("krippendorff_alpha").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("intervals").GetProperty("fleiss_kappa").ValueKind.ShouldBe(JsonValueKind.Null);
        json.GetProperty("undefined").GetProperty("gwet_ac1").GetString().ShouldBe("Not defined: no item was judged by two raters.");
    }

    [Theory]
    [InlineData("a,b,c\n1,ann,x", "--item post --rater b --label c", 1, "no column 'post' for --item. It has: a, b, c.")]
    [InlineData("", "--item a --rater b --label c", 1, "is empty")]
    [InlineData("a,b,c\n", "--item a --rater b --label c", 1, "holds no verdict")]
    [InlineData("a,b,c\n1,ann,x\n1,ann,y", "--item a --rater b --label c", 1, "line 3: ann judged 1 before")]
    [InlineData("a,b,c\n1,,x", "--item a --rater b --label c", 1, "line 2: 'b' is empty")]
    [InlineData("a,b,c\n1,ann,x", "--item a --rater b --label c --level ratio", 2, "'nominal'")]
    [InlineData("a,b,c\n1,ann,x", "--item a --rater b --label c --level interval", 1, "'x' is none")]
    [InlineData("a,b,c\n1,ann,x", "--item a --rater b --label c --labels y,z", 1, "does not name: x")]
    [InlineData("a,b,c\n1,ann,x", "--item a", 1, "Say where the verdicts are")]
    [InlineData("a,b,c\n1,ann,x", "--item a --raters b..c", 1, "not a range of columns")]
    [InlineData("a,b,c\n1,ann,x", "--item a --raters b_1..b_3", 1, "no column 'b_1'")]
    [InlineData("a,b,c\n1,ann", "--item a --rater b --label c", 1, "line 2: The row has 2 fields")]
    public async Task Bad_input_is_refused_with_one_clear_message(string content, string options, int code, string message)
    {
        var end = await StudioProgram.RunToEndAsync(["agreement", "--annotations", _folder.Write("bad.csv", content), .. options.Split(' ')]);

        end.Code.ShouldBe(code);
        end.Errors.ShouldContain(message);
        end.Errors.ShouldNotContain("   at ", customMessage: "no stack trace");
    }

    [Fact]
    public async Task Truth_that_does_not_fit_is_refused()
    {
        var file = _folder.Write("w.csv", "post,ann,bob\n1,x,x\n2,y,x");
        string[] command = ["consensus", "--annotations", file, "--item", "post", "--raters", "ann,bob", "--truth"];

        (await StudioProgram.RunToEndAsync([.. command, _folder.Write("t1.csv", "post,gold\n8,x")])).Errors.ShouldContain("No item of w.csv has a true label in t1.csv");
        (await StudioProgram.RunToEndAsync([.. command, _folder.Write("t2.csv", "post,gold\n1,x\n1,y")])).Errors.ShouldContain("line 3: 1 is 'y' here and 'x' before");
        (await StudioProgram.RunToEndAsync([.. command, _folder.Write("t3.csv", "post,answer\n1,x")])).Errors.ShouldContain("Name it with --truth-label");
        (await JsonAsync([.. command, _folder.Write("t4.csv", "post,gold\n1,z\n2,x")])).GetProperty("accuracy").GetDouble().ShouldBe(0.5, "nobody said z");
    }

    [Fact]
    public async Task Label_errors_are_listed_most_suspect_first()
    {
        var file = _folder.Write("p.csv", "id,label,p_a,p_b\nr1,a,0.9,0.1\nr2,a,0.8,0.2\nr3,a,0.1,0.9\nr4,b,0.2,0.8\nr5,b,0.4,0.6\nr6,b,0.7,0.3");
        var suspects = Path.Combine(_folder.Path, "suspects.csv");

        var json = await JsonAsync("label-errors", "--predictions", file, "--out", suspects);

        json.GetProperty("flagged").GetInt32().ShouldBe(2);
        json.GetProperty("ids").EnumerateArray().Select(e => e.GetString()).ShouldBe(["r3", "r6"]);
        (await File.ReadAllTextAsync(suspects)).ShouldBe("id,label,suggested,self_confidence,margin\nr3,a,b,0.1,-0.8\nr6,b,a,0.3,-0.4\n");
    }

    [Theory]
    [InlineData("id,label\n1,a", "needs a column p_<label>")]
    [InlineData("id,label,p_a,p_b\n1,c,0.5,0.5", "line 2: the label 'c' has no column 'p_c'. There are: a, b.")]
    [InlineData("id,label,p_a,p_b\n1,a,0.5,0.9", "add up to 1.4")]
    [InlineData("id,label,p_a,p_b\n1,a,half,0.5", "'half' in p_a is not a probability")]
    [InlineData("id,label,p_a,p_b\n", "a header and no rows")]
    [InlineData("id,klass,p_a,p_b\n1,a,0.5,0.5", "no column 'label' for --label")]
    public async Task Bad_predictions_are_refused_with_one_clear_message(string content, string message)
    {
        var end = await StudioProgram.RunToEndAsync("label-errors", "--predictions", _folder.Write("bad.csv", content), "--json");

        end.Code.ShouldBe(1);
        end.Output.ShouldBeEmpty();
        end.Errors.ShouldContain(message);
    }

    [Fact]
    public void Ranges_of_columns_are_written_out()
    {
        AnnotationOptions.Columns("label_9..label_11").ShouldBe(["label_9", "label_10", "label_11"]);
        AnnotationOptions.Columns("r1..3, extra").ShouldBe(["r1", "r2", "r3", "extra"]);
        Should.Throw<RefusedException>(() => AnnotationOptions.Columns("r3..r1"));
        Should.Throw<RefusedException>(() => AnnotationOptions.Columns("a1..b3"));
        Should.Throw<RefusedException>(() => AnnotationOptions.Columns("a,a"));
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var end = await StudioProgram.RunToEndAsync([.. arguments, "--json"]);
        end.Code.ShouldBe(0, end.Errors);
        end.Output.Trim().ShouldNotContain("\n");
        return JsonDocument.Parse(end.Output).RootElement;
    }
}
