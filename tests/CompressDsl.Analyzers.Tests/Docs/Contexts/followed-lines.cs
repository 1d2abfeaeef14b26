public static class Channels
{
    public static CompressDsl.Flow.Shape forward(CompressDsl.Flow.ChannelFlow flow, Block model, CompressDsl.Flow.Shape x)
    {
        …
    }

    private static CompressDsl.Flow.Shape forward(CompressDsl.Flow.ChannelFlow flow, Attention model, CompressDsl.Flow.Shape x) => x;
}
