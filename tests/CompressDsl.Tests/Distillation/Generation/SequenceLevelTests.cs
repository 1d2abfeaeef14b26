namespace CompressDsl.Tests;

[Collection(nameof(GlobalRandomNumbers))]
public sealed class SequenceLevelTests : IDisposable
{
    private static readonly long[][] Prompts = [.. Enumerable.Range(0, 13).Select(static i => Enumerable.Range(0, 1 + (i % 4)).Select(j => (long)((i * 3 + j * 5) % 11)).ToArray())];

    private static readonly SequenceLevelOptions Options = new()
    {
        BatchSize = 4,
        Generation = new() { MaxNewTokens = 10, Seed = 2, EndOfText = [7, 2], Decoding = new SampledDecoding { Temperature = 1.5 } },
    };

    private readonly TinyDecoder teacher = new();
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sequences");

    public void Dispose()
    {
        teacher.Dispose();
        folder.Delete(recursive: true);
    }

    [Fact]
    public void Everything_is_kept_where_there_is_no_filter()
    {
        var written = SequenceLevel.Write(teacher, Prompts, Options);
        Assert.Equal(Prompts, written.Sequences.Select(static one => one.Prompt));
        Assert.Equal((13, 13, 13, 0), (written.Report.Prompts, written.Report.Sequences, written.Report.Kept, written.Report.Resumed));
        Assert.Empty(written.Report.Rejected);
        Assert.Equal(written.Sequences.Sum(static one => one.Written.Count), written.Report.TokensWritten);
        Assert.Equal(written.Report.TokensWritten, written.Report.TokensKept);
        Assert.True(written.Report.Cached);
        Assert.True(written.Report.TokensPerSecond > 0);
        Assert.All(written.Sequences, static one => Assert.Equal(one.Ended, one.Written[^1] is 7 or 2));
    }

    [Fact]
    public void What_is_written_does_not_depend_on_the_batches()
    {
        var few = SequenceLevel.Write(teacher, Prompts, Options);
        var all = SequenceLevel.Write(teacher, Prompts, Options with { BatchSize = 100 });
        Assert.Equal(few.Sequences.Select(static one => one.Written), all.Sequences.Select(static one => one.Written));
    }

    [Fact]
    public void Filters_reject_and_the_report_says_how_many()
    {
        var all = SequenceLevel.Write(teacher, Prompts, Options).Sequences;
        Only(Options with { MustEnd = true }, static one => one.Ended, SequenceFilter.NotEnded);
        Only(Options with { MinimumLength = 3 }, static one => one.Written.Count >= 3, SequenceFilter.TooShort);
        Only(Options with { MaximumLength = 5 }, static one => one.Written.Count <= 5, SequenceFilter.TooLong);
        var median = all.Select(static one => one.MeanLogProbability).Order().ElementAt(6);
        Only(Options with { MinimumMeanLogProbability = median }, one => one.MeanLogProbability >= median, SequenceFilter.TooUnlikely);
        Only(
            Options with { RepeatedRun = 2 },
            static one => one.Written.Zip(one.Written.Skip(1)).ToArray() is var pairs && pairs.Distinct().Count() == pairs.Length,
            SequenceFilter.Repeats);

        void Only(SequenceLevelOptions options, Func<WrittenSequence, bool> passes, SequenceFilter filter)
        {
            var kept = SequenceLevel.Write(teacher, Prompts, options);
            var expected = all.Where(passes).ToArray();
            Assert.InRange(expected.Length, 1, 12);
            Assert.Equal(expected.Select(static one => one.Written), kept.Sequences.Select(static one => one.Written));
            Assert.Equal(new Dictionary<SequenceFilter, int> { [filter] = 13 - expected.Length }, kept.Report.Rejected);
            Assert.Equal((13, expected.Length), (kept.Report.Sequences, kept.Report.Kept));
        }
    }

    [Fact]
    public void Of_several_the_likeliest_that_passes_is_kept()
    {
        var options = Options with { SequencesPerPrompt = 5, MustEnd = true };
        var best = SequenceLevel.Write(teacher, Prompts, options);
        var all = SequenceLevel.Write(teacher, Prompts.SelectMany(static prompt => Enumerable.Repeat(prompt, 5)), Options).Sequences;
        var expected = all.Chunk(5).Select(static five => five.Where(static one => one.Ended).MaxBy(static one => one.MeanLogProbability)).OfType<WrittenSequence>();
        Assert.Equal(expected.Select(static one => one.Written), best.Sequences.Select(static one => one.Written));
        Assert.Equal(65, best.Report.Sequences);
        Assert.Equal(65, best.Report.Kept + best.Report.Rejected.Values.Sum());
        Assert.Equal(all.Count(static one => !one.Ended), best.Report.Rejected[SequenceFilter.NotEnded]);
        Assert.True(best.Report.Rejected[SequenceFilter.NotTheBest] > 0);
    }

    [Fact]
    public void Batches_are_ready_to_learn_from()
    {
        var written = SequenceLevel.Write(teacher, Prompts, Options with { Generation = Options.Generation with { Decoding = new BeamDecoding(2), PadToken = 9 } });
        var before = LivingTensors.Count();
        var rows = new List<long[]>();
        foreach (var one in written.Batches(5))
        {
            using var batch = one;
            Assert.Equal(batch.Count, batch.Labels.ne(-100).sum().item<long>());
            for (var row = 0; row < batch.Lengths.Count; row++)
            {
                var tokens = batch.Tokens[row].data<long>().ToArray();
                rows.Add(tokens[..batch.Lengths[row]]);
                Assert.All(tokens[batch.Lengths[row]..], static token => Assert.Equal(9, token));
            }
        }

        Assert.Equal(written.Sequences.Select(static one => (long[])[.. one.Prompt, .. one.Written]), rows);
        Assert.InRange(LivingTensors.Count(), 0, before + 8);
        Assert.Throws<ArgumentOutOfRangeException>(() => written.Batches(0));
    }

    [Fact]
    public void Stopped_run_goes_on_where_it_was()
    {
        using var source = new CancellationTokenSource();
        var seen = new List<int>();
        var progress = new Told<SequenceLevelReport>(report =>
        {
            seen.Add(report.Prompts);
            if (report.Prompts == 8)
            {
                source.Cancel();
            }
        });
        Assert.Throws<OperationCanceledException>(() => SequenceLevel.Write(teacher, Prompts, Options, folder.FullName, progress, source.Token));
        Assert.Equal([4, 8], seen);
        Assert.Equal(["sequences-000000.json", "sequences-000001.json"], folder.GetFiles().Select(static file => file.Name).Order(StringComparer.Ordinal));

        var whole = SequenceLevel.Write(teacher, Prompts, Options);
        var positions = teacher.Positions;
        var resumed = SequenceLevel.Write(teacher, Prompts, Options, folder.FullName);
        Assert.Equal(8, resumed.Report.Resumed);
        Assert.Equal(whole.Sequences.Select(static one => one.Written), resumed.Sequences.Select(static one => one.Written));
        Assert.Equal(whole.Sequences.Select(static one => one.MeanLogProbability), resumed.Sequences.Select(static one => one.MeanLogProbability));
        Assert.Equal(whole.Report.TokensWritten, resumed.Report.TokensWritten);

        positions = teacher.Positions;
        Assert.Equal(13, SequenceLevel.Write(teacher, Prompts, Options, folder.FullName).Report.Resumed);
        Assert.Equal(positions, teacher.Positions);
    }

    [Fact]
    public void Folder_of_another_run_is_refused()
    {
        SequenceLevel.Write(teacher, Prompts, Options, folder.FullName);
        foreach (var other in new[]
        {
            Options with { MinimumLength = 2 },
            Options with { Generation = Options.Generation with { Decoding = new SampledDecoding { Temperature = 1.6 } } },
            Options with { Generation = Options.Generation with { EndOfText = [7] } },
        })
        {
            Assert.Contains("another run", Assert.Throws<InvalidOperationException>(() => SequenceLevel.Write(teacher, Prompts, other, folder.FullName)).Message);
        }

        Assert.Contains("another run", Assert.Throws<InvalidOperationException>(() => SequenceLevel.Write(teacher, Prompts.Reverse(), Options, folder.FullName)).Message);
        using var wider = new TinyDecoder(vocabulary: 12);
        Assert.Contains("another run", Assert.Throws<InvalidOperationException>(() => SequenceLevel.Write(wider, Prompts, Options, folder.FullName)).Message);
        File.WriteAllText(Path.Combine(folder.FullName, "sequences-000000.json"), "{");
        Assert.Contains("000000.json", Assert.Throws<InvalidOperationException>(() => SequenceLevel.Write(teacher, Prompts, Options, folder.FullName)).Message);
    }

    [Fact]
    public void Nothing_is_left_behind()
    {
        var before = LivingTensors.Count();
        SequenceLevel.Write(teacher, Prompts, Options);
        Assert.Equal(before, LivingTensors.Count());
    }

    [Theory]
    [InlineData("BatchSize")]
    [InlineData("SequencesPerPrompt")]
    [InlineData("MustEnd")]
    [InlineData("MinimumLength")]
    [InlineData("MaximumLength")]
    [InlineData("MinimumMeanLogProbability")]
    [InlineData("RepeatedRun")]
    public void Wrong_options_are_named(string name)
    {
        var wrong = name switch
        {
            "BatchSize" => Options with { BatchSize = 0 },
            "SequencesPerPrompt" => Options with { SequencesPerPrompt = 2, Generation = new() { MaxNewTokens = 3 } },
            "MustEnd" => Options with { MustEnd = true, Generation = new() { MaxNewTokens = 3 } },
            "MinimumLength" => Options with { MinimumLength = 11 },
            "MaximumLength" => Options with { MinimumLength = 3, MaximumLength = 2 },
            "MinimumMeanLogProbability" => Options with { MinimumMeanLogProbability = 0.1 },
            _ => Options with { RepeatedRun = 0 },
        };
        Assert.Contains(name, Assert.Throws<ArgumentOutOfRangeException>(() => SequenceLevel.Write(teacher, Prompts, wrong)).Message);
    }
}
