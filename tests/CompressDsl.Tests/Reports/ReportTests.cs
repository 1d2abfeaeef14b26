using System.Globalization;

namespace CompressDsl.Tests.Reports;

public sealed class ReportTests
{
    private static readonly MeasureReport Example = new(
        "Net", 1_234_567, 1_234_568, 300_000, 150_000, new(12.3456, 11, 14.25, 5, 30, 2, 41_234.5), new("bits per byte", 1.98765));

    [Fact]
    public void A_report_prints_as_an_aligned_table_in_every_culture()
    {
        var culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new("de-DE");
        try
        {
            Assert.Equal(
                [
                    "model                                                Net",
                    "size on disk                                    1.235 MB",
                    "size of the file                                1.235 MB",
                    "parameters                                       300,000",
                    "non-zeros                                        150,000",
                    "sparsity                                           50.0%",
                    "latency, median                                 12.35 ms",
                    "  10th to 90th percentile           11.00 ms .. 14.25 ms",
                    "  runs                     30 after 5 warm-up, 2 threads",
                    "items per second                                  41,234",
                    "bits per byte                                      1.988",
                ],
                Example.ToString().Split('\n'));
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Fact]
    public void A_report_serialises_to_camel_case_json() => Assert.Equal(
        """
        {
          "model": "Net",
          "bytes": 1234567,
          "fileBytes": 1234568,
          "parameters": 300000,
          "nonZeros": 150000,
          "latency": {
            "median": 12.3456,
            "p10": 11,
            "p90": 14.25,
            "warmUp": 5,
            "runs": 30,
            "threads": 2,
            "itemsPerSecond": 41234.5
          },
          "quality": {
            "name": "bits per byte",
            "value": 1.98765
          },
          "sparsity": 0.5
        }
        """,
        Example.ToJson(),
        ignoreLineEndingDifferences: true);

    [Fact]
    public void What_was_not_measured_is_left_out_and_infinity_is_named()
    {
        var report = new MeasureReport("Net", 8, null, 0, 0, null, new("loss", double.PositiveInfinity));
        Assert.Contains("\"value\": \"Infinity\"", report.ToJson());
        Assert.DoesNotContain("latency", report.ToJson());
        Assert.DoesNotContain("latency", report.ToString());
        Assert.Contains("0.0%", report.ToString());
    }

    [Fact]
    public void A_comparison_prints_with_headers_over_its_numbers()
    {
        var baseline = new LatencyReport(2500, 2400, 2600, 5, 30, 1);
        var candidate = new LatencyReport(0.25, 0.2, double.NaN, 5, 30, 1);
        Assert.Equal(
            [
                "             median  10th percentile  90th percentile    speedup",
                "---------  --------  ---------------  ---------------  ---------",
                "baseline    2.500 s          2.400 s          2.600 s      1.00x",
                "candidate  250.0 us         200.0 us           NaN ms  10000.00x",
            ],
            new LatencyComparison(baseline, candidate, 10000, 9000, 11000).ToString().Split('\n')[..4]);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.000 kB")]
    [InlineData(8_000_000, "8.000 MB")]
    [InlineData(long.MaxValue, "9,223,372 TB")]
    public void Sizes_are_in_decimal_units(long bytes, string text) =>
        Assert.EndsWith("  " + text, (Example with { Bytes = bytes }).ToString().Split('\n')[1]);

    [Fact]
    public void PruneReport_TellsWhatHadToBeRescued()
    {
        var rule = SparsityRule.Unstructured(0.5, Criterion.SparseGpt);
        var report = new PruneReport(
            "Net",
            [
                new("a.weight", rule, [4, 4], 8, 0, null, 0.1) { Error = 0.25, Damping = 0.1, DampingRaises = 1, DeadColumns = 2 },
                new("b.weight", rule, [4, 4], 0, 0, null, 0.1) { IsLeft = true },
            ],
            Parameters: 32,
            Seconds: 0.2);
        var text = report.ToString();

        Assert.Contains("dead inputs", text, StringComparison.Ordinal);
        Assert.Contains("a.weight: its Hessian had no Cholesky factor; the damping was raised tenfold 1 time(s), to 0.1", text, StringComparison.Ordinal);
        Assert.Contains("b.weight: left alone by the allocation.", text, StringComparison.Ordinal);
        Assert.Contains("\"dampingRaises\": 1", report.ToJson(), StringComparison.Ordinal);
    }
}
