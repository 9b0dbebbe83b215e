using AngleSharp.Html.Parser;
using ReviewStudio.Core.Policies;
using Shouldly;
using Xunit;

namespace ReviewStudio.Tests.Unit.Policies;

public sealed class GuidanceHtmlTests
{
    [Fact]
    public void Markdown_becomes_structure()
    {
        var html = GuidanceHtml.Render("# Threats\n\n- a *real* threat\n- `code`\n\n| say | mean |\n|---|---|\n| a | b |");

        html.ShouldContain("<h1>Threats</h1>");
        html.ShouldContain("<em>real</em>");
        html.ShouldContain("<td>b</td>");
    }

    [Fact]
    public void Links_open_apart_and_tell_nobody_where_from()
    {
        var link = new HtmlParser().ParseDocument(GuidanceHtml.Render("[law](https://example.org/a?b=1&c=2)")).QuerySelector("a")!;

        link.GetAttribute("href").ShouldBe("https://example.org/a?b=1&c=2");
        link.GetAttribute("rel").ShouldBe("noopener noreferrer nofollow");
        link.GetAttribute("target").ShouldBe("_blank");
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("![x](https://evil.example/pixel.png)")]
    [InlineData("![x](javascript:alert(1))")]
    [InlineData("[x](javascript:alert(1))")]
    [InlineData("[x](JaVaScRiPt:alert(1))")]
    [InlineData("[x](java&#10;script:alert(1))")]
    [InlineData("[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)")]
    [InlineData("[x](vbscript:msgbox)")]
    [InlineData("<javascript:alert(1)>")]
    [InlineData("[x](https://a.example \"\\\" onmouseover=alert(1) x=\\\"\")")]
    [InlineData("<svg><animate onbegin=alert(1) attributeName=x></svg>")]
    [InlineData("<iframe srcdoc='<script>alert(1)</script>'></iframe>")]
    [InlineData("<a href='javascript:alert(1)'>x</a>")]
    [InlineData("<style>*{background:url(https://evil.example)}</style>")]
    [InlineData("<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>")]
    [InlineData("[x]: javascript:alert(1)\n\n[x]")]
    [InlineData("```html\n</code></pre><script>alert(1)</script>\n```")]
    [InlineData("| a |\n|---|\n| <img src=x onerror=alert(1)> |")]
    [InlineData("<form action=https://evil.example><input name=q></form>")]
    [InlineData("<meta http-equiv=refresh content='0;url=https://evil.example'>")]
    public void Hostile_input_leaves_no_script_no_image_and_no_handler(string markdown)
    {
        var document = new HtmlParser().ParseDocument($"<body>{GuidanceHtml.Render(markdown)}</body>");

        document.QuerySelectorAll("script,img,svg,iframe,style,form,input,meta,link,object,embed,math,base,video,audio").ShouldBeEmpty();
        var attributes = document.Body!.QuerySelectorAll("*").SelectMany(e => e.Attributes).ToList();
        attributes.ShouldAllBe(a => a.Name == "href" || a.Name == "title" || a.Name == "start" || a.Name == "rel" || a.Name == "target");
        attributes.Where(a => a.Name == "href").ShouldAllBe(a =>
            a.Value.StartsWith("https://", StringComparison.Ordinal) || a.Value.StartsWith("http://", StringComparison.Ordinal)
            || a.Value.StartsWith("mailto:", StringComparison.Ordinal));
    }

    [Fact]
    public void Raw_html_stays_readable_as_text() =>
        new HtmlParser().ParseDocument(GuidanceHtml.Render("Say <b>no</b>")).Body!.TextContent.ShouldBe("Say <b>no</b>");

    [Fact]
    public void Absurd_nesting_is_shown_as_plain_text()
    {
        var html = GuidanceHtml.Render(new string('>', 20_000) + " <b>deep</b>");

        html.ShouldContain("deep");
        html.ShouldNotContain("<b>");
    }
}
