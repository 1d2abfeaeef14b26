partial class Spirals
{
    public Spirals() : base(nameof(Spirals)) => RegisterComponents();

    public override Tensor forward(Tensor points)
    {
        var x = nn.functional.relu(first.call(points));
        return last.call(nn.functional.relu(hidden.call(x)));
    }

    public static (Tensor Points, Tensor Arms) Draw(int count) => (rand(count, 2), randint(0, 5, [count]));
}
