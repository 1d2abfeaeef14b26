public static class Promised
{
    public static Tensor By(HuggingFaceFolder folder, Tensor x) => new Mlp(folder.Config).call(x);
}
