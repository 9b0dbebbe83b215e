using System.Text.Json;
using Microsoft.Playwright;
using ReviewStudio.Tests.Fixtures;
using Shouldly;
using Xunit;
using static Microsoft.Playwright.Assertions;

namespace ReviewStudio.Tests.Browser;

/// <summary>The viewers of images, sound and video, by keys and by hand, with ordinary media of the sample data.</summary>
public sealed class ViewerTests(DemoSite site) : IClassFixture<DemoSite>
{
    private const string Filters = "[...document.querySelectorAll('.media-part img, .media-part video, .media-part .media-frame')].map(e => getComputedStyle(e).filter)";

    /// <summary>Reads the blur of each picture in the moment in which it comes into the page, before anything is painted.</summary>
    private const string Watch = """
        window.atFirst = [];
        const seen = new WeakSet();
        new MutationObserver(all => all.forEach(m => m.addedNodes.forEach(n => {
          if (n.nodeType === 1) [n, ...n.querySelectorAll('*')].filter(e => e.closest('.media-part') && e.matches('img, video, .media-frame') && !seen.has(e)).forEach(e => { seen.add(e); window.atFirst.push(getComputedStyle(e).filter); });
        }))).observe(document, { childList: true, subtree: true });
        """;

    private static readonly string Data = Environment.GetEnvironmentVariable("REVIEWSTUDIO_DATA") ?? "";

    [Fact]
    public async Task Waveform_is_drawn_from_stored_peaks_and_its_stretches_are_made_moved_and_taken_back()
    {
        var asked = new List<string>();
        var page = await OpenAsync("wave", [Sample("audio", "viper.ogg")], page => page.Request += (_, r) => asked.Add(r.ResourceType + " " + r.Url));
        var wave = page.Locator(".media-wave");
        await Expect(wave.Locator("canvas").First).ToBeVisibleAsync();
        asked.Count(a => a.EndsWith("/peaks", StringComparison.Ordinal)).ShouldBe(1);
        asked.Where(a => a.EndsWith("/view", StringComparison.Ordinal)).ShouldAllBe(a => a.StartsWith("media ", StringComparison.Ordinal), "only the player itself reads the sound");
        (await page.EvaluateAsync<bool>("document.querySelector('audio').paused")).ShouldBeTrue("nothing plays by itself");

        // Drawn by hand.
        var at = (await wave.BoundingBoxAsync())!;
        await DragAsync(page, at.X + (at.Width * 0.2f), at.X + (at.Width * 0.4f), at.Y + (at.Height / 2));
        await Expect(page.GetByTestId("range")).ToHaveCountAsync(1);
        var length = await page.EvaluateAsync<double>("document.querySelector('audio').duration * 1000");
        (await StretchAsync(page)).Start.ShouldBe(length * 0.2, length * 0.02);
        (await StretchAsync(page)).End.ShouldBe(length * 0.4, length * 0.02);

        // Sized by its edge, and kept so when the page is loaded anew.
        await DragAsync(page, at.X + (at.Width * 0.4f) - 2, at.X + (at.Width * 0.6f), at.Y + (at.Height / 2));
        await UntilAsync(async () => (await StretchAsync(page)).End > length * 0.5);
        await Expect(page.GetByTestId("draft")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.GetByTestId("range")).ToHaveCountAsync(1);
        await Expect(page.Locator(".media-wave [part*='mark-']").First).ToBeVisibleAsync();
        (await StretchAsync(page)).End.ShouldBe(length * 0.6, length * 0.02);
        await page.Keyboard.PressAsync("Delete");
        await Expect(page.GetByTestId("range")).ToHaveCountAsync(0);
        await Expect(page.Locator(".media-wave [part*='mark-']")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Sound_is_played_sought_and_slowed_by_keys_and_tells_where_it_is()
    {
        var page = await OpenAsync("sound", [Sample("audio", "viper.ogg")]);
        var slider = page.GetByRole(AriaRole.Slider, new PageGetByRoleOptions { Name = "Place in the audio" });
        await Expect(slider.Locator("canvas").First).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await Expect(slider).ToHaveAttributeAsync("aria-valuenow", "2.0");
        await page.Keyboard.PressAsync("Home");
        await Expect(slider).ToHaveAttributeAsync("aria-valuenow", "0.0");
        await page.Keyboard.PressAsync("<");
        (await page.EvaluateAsync<double>("document.querySelector('audio').playbackRate")).ShouldBe(0.75);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".media-part.playing")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Space");
        await Expect(page.Locator(".media-part.playing")).ToHaveCountAsync(0);

        // Under the mouse the keys are buttons, and the focus stays where keys are the viewer's.
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "> faster" }).ClickAsync();
        (await page.EvaluateAsync<double>("document.querySelector('audio').playbackRate")).ShouldBe(1);
        (await page.EvaluateAsync<bool>("document.activeElement.matches('[data-media-key]')")).ShouldBeFalse();
    }

    [Fact]
    public async Task Speech_is_shaded_where_somebody_speaks()
    {
        var page = await OpenAsync("speech", [Sample("audio", "spoken-digits/7_jackson_1.wav")]);
        await UntilAsync(async () =>
        {
            await page.ReloadAsync();
            await Expect(page.Locator(".media-wave canvas").First).ToBeVisibleAsync();
            return await page.Locator(".media-part[data-speech]").CountAsync() > 0;
        });
        var told = await page.Locator(".media-part").GetAttributeAsync("data-speech");
        var (from, to) = (JsonDocument.Parse(told!).RootElement[0][0].GetInt32(), JsonDocument.Parse(told!).RootElement[0][1].GetInt32());
        var shade = (await page.Locator(".media-wave [part*='speech-']").First.BoundingBoxAsync())!;
        var wave = (await page.Locator(".media-wave").BoundingBoxAsync())!;
        var length = await page.EvaluateAsync<double>("document.querySelector('audio').duration * 1000");
        ((double)(shade.X - wave.X) / wave.Width).ShouldBe(from / length, 0.02);
        ((double)shade.Width / wave.Width).ShouldBe((to - from) / length, 0.02);
        await Expect(page.Locator(".media-foot").First).ToContainTextAsync("speech ");
        await PictureAsync(page, "viewer-speech");
    }

    [Fact]
    public async Task Video_is_stepped_and_jumped_through_by_its_pictures()
    {
        var page = await OpenAsync("video", [Sample("video", "rabbit320.mp4")]);
        await Expect(page.Locator(".media-strip button")).ToHaveCountAsync(12);
        (await page.EvaluateAsync<bool>("document.querySelector('video').muted")).ShouldBeTrue();
        var seeks = await page.EvaluateAsync<double[]>("[...document.querySelectorAll('[data-seek]')].map(b => Number(b.dataset.seek))");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".media-strip button").Nth(1)).ToHaveAttributeAsync("aria-current", "true");
        await page.Keyboard.PressAsync("k");
        await Expect(page.Locator(".media-strip button").Nth(2)).ToHaveAttributeAsync("aria-current", "true");
        (await page.EvaluateAsync<double>("document.querySelector('video').currentTime")).ShouldBe(seeks[2], 0.001);
        await page.Locator(".media-strip button").Nth(7).ClickAsync();
        await Expect(page.Locator(".media-strip button").Nth(7)).ToHaveAttributeAsync("aria-current", "true");
        (await page.EvaluateAsync<double>("document.querySelector('video').currentTime")).ShouldBe(seeks[7], 0.001);
        await page.Keyboard.PressAsync("j");
        await Expect(page.Locator(".media-strip button").Nth(6)).ToHaveAttributeAsync("aria-current", "true");
    }

    [Fact]
    public async Task Pictures_of_a_severe_policy_are_never_seen_before_they_are_asked_for()
    {
        var page = await OpenAsync("severe", [Sample("images", "sign-digits/3/img_4536.jpg"), Sample("video", "rabbit320.mp4")]);
        var first = await page.EvaluateAsync<string[]>("window.atFirst");
        first.Length.ShouldBe(14);
        first.Order().Distinct().ShouldBe(["blur(27px) grayscale(1)", "blur(9px) grayscale(1)"]);
        await page.Keyboard.DownAsync("v");
        (await page.EvaluateAsync<string[]>(Filters)).ShouldAllBe(f => f == "none");
        await page.Keyboard.UpAsync("v");
        (await page.EvaluateAsync<string[]>(Filters)).ShouldBe(first, ignoreOrder: true);

        // One place by keys: clear there, blurred around.
        await page.Keyboard.PressAsync("l");
        await page.Keyboard.PressAsync("ArrowRight");
        (await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('img.media-clear')).filter")).ShouldBe("none");
        (await page.EvaluateAsync<string>("document.querySelector('img.media-clear').style.clipPath")).ShouldBe("inset(35% 30% 35% 40%)");
        (await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('img.media-picture')).filter")).ShouldBe("blur(27px) grayscale(1)");
        await PictureAsync(page, "viewer-veiled");
        await page.Keyboard.PressAsync("l");
        await Expect(page.Locator(".media-clear")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_a_reviewer_chose_holds_from_the_first_painting_on()
    {
        var page = await OpenAsync("chosen", [Sample("images", "sign-digits/3/img_4536.jpg"), Sample("video", "rabbit320.mp4")], account: "lead");
        await page.GotoAsync("/account/me#viewing");
        await page.GetByLabel("Blur under severe policies").SelectOptionAsync("Light");
        await page.GetByLabel("A blurred picture is shown").SelectOptionAsync("Region");
        await page.GetByLabel("Grey as well").UncheckAsync();
        await page.GetByLabel("Videos begin muted").UncheckAsync();
        await page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = "Keep", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("from the next page on");
        await PictureAsync(page, "viewer-choice");

        await page.GotoAsync("/review?source=viewer-chosen");
        await Expect(page.Locator("video")).ToBeVisibleAsync();
        var first = await page.EvaluateAsync<string[]>("window.atFirst");
        first.Length.ShouldBe(14);
        first.Order().Distinct().ShouldBe(["blur(3px) grayscale(0)", "blur(9px) grayscale(0)"]);
        await UntilAsync(() => page.EvaluateAsync<bool>("document.querySelector('video').readyState > 0"));
        (await page.EvaluateAsync<bool>("document.querySelector('video').muted")).ShouldBeFalse();

        // Pointing shows the place, also while a box is drawn there; elsewhere it closes.
        await page.Locator(".media-glass").HoverAsync();
        await Expect(page.Locator("img.media-clear")).ToHaveCountAsync(1);
        await page.Locator("video").HoverAsync();
        await Expect(page.Locator("img.media-clear")).ToHaveCountAsync(0);
        await Expect(page.Locator("canvas.media-clear")).ToHaveCountAsync(1);
        await PictureAsync(page, "viewer-place");
        await page.Locator(".media-strip button").Nth(3).HoverAsync();
        (await page.EvaluateAsync<string[]>("[...document.querySelectorAll('.media-frame')].map(e => getComputedStyle(e).filter)")).Count(f => f == "none").ShouldBe(1);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task Item_of_three_media_fits_a_small_laptop_without_scrolling_the_page(ColorScheme scheme)
    {
        // Colours move nothing; the dark one is for the pictures.
        LongSuites.Only(unless: scheme == ColorScheme.Light || Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES") is not null);
        var name = scheme.ToString().ToLowerInvariant();
        var page = await OpenAsync("fits-" + name, [Sample("images", "sign-digits/3/img_4536.jpg"), Sample("audio", "viper.ogg"), Sample("video", "rabbit320.mp4")], scheme: scheme);
        await Expect(page.Locator(".media-wave canvas").First).ToBeVisibleAsync();
        (await page.EvaluateAsync<bool>("document.documentElement.scrollHeight <= innerHeight && document.documentElement.scrollWidth <= innerWidth")).ShouldBeTrue();
        foreach (var part in new[] { "image", "audio", "video" })
        {
            await page.Locator($"[data-media={part}]").ScrollIntoViewIfNeededAsync();
            (await page.EvaluateAsync<double>($"document.querySelector('[data-media={part}]').offsetHeight")).ShouldBeLessThan(640, "one viewer is seen as a whole");
            await page.Keyboard.DownAsync("v");
            await PictureAsync(page, $"viewer-{part}-{name}");
            await page.Keyboard.UpAsync("v");
        }
    }

    private static byte[] Sample(string kind, string name)
    {
        var path = Path.Combine(Data, kind, name);
        Assert.SkipUnless(File.Exists(path), "REVIEWSTUDIO_DATA is not here");
        return File.ReadAllBytes(path);
    }

    /// <summary>For whoever looks at the viewers; the suite makes none.</summary>
    private static async Task PictureAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("REVIEWSTUDIO_PICTURES") is { Length: > 0 } folder)
        {
            await page.WaitForTimeoutAsync(600);
            await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png") });
        }
    }

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        for (var i = 0; i < 100 && !await reached(); i++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    private static async Task DragAsync(IPage page, float from, float to, float y)
    {
        await page.Mouse.MoveAsync(from, y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync((from + to) / 2, y);
        await page.Mouse.MoveAsync(to, y);
        await page.Mouse.UpAsync();
    }

    private static async Task<(double Start, double End)> StretchAsync(IPage page)
    {
        var data = await page.EvaluateAsync<JsonElement>("({ ...document.querySelector('[data-mark]').dataset })");
        return (Number("start"), Number("end"));
        double Number(string name) => double.Parse(data.GetProperty(name).GetString()!, System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>Sends an item of these media and opens it in the workbench once they are looked at.</summary>
    private async Task<IPage> OpenAsync(string name, byte[][] files, Action<IPage>? first = null, string account = "moderator", ColorScheme scheme = ColorScheme.Light)
    {
        var engineer = await site.OpenedAsync("engineer", "/import");
        var form = engineer.APIRequest.CreateFormData();
        form.Append("queue", "community");
        form.Append("source", "viewer-" + name);
        form.Append("externalId", name);
        form.Append("language", "en");
        foreach (var file in files)
        {
            form.Append("file", new FilePayload { Name = "a", MimeType = "application/octet-stream", Buffer = file });
        }

        var answer = await engineer.APIRequest.PostAsync(site.Address + "/api/v1/items", new APIRequestContextOptions { Multipart = form });
        answer.Status.ShouldBe(201, await answer.TextAsync());
        await engineer.Context.CloseAsync();

        var page = await site.OpenedAsync(account, "/account/me", scheme);
        await page.AddInitScriptAsync(Watch);
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, said) => { if (said.Type == "error") { faults.Add(said.Text); } };
        for (var i = 0; i < 40; i++)
        {
            await page.GotoAsync("/review?source=viewer-" + name);
            await Expect(new Bench(page).Task).ToBeVisibleAsync();
            if (await page.Locator(".media-part[data-media]").CountAsync() == files.Length)
            {
                break;
            }

            await page.WaitForTimeoutAsync(1000);
        }

        await Expect(page.Locator(".media-part[data-media]")).ToHaveCountAsync(files.Length);
        if (first is not null)
        {
            // What the page before still asks for is not counted.
            await page.GotoAsync("about:blank");
            first(page);
            await page.GotoAsync("/review?source=viewer-" + name);
            await Expect(new Bench(page).Task).ToBeVisibleAsync();
        }

        faults.ShouldBeEmpty();
        return page;
    }
}
