using var model = new FeedForward();
var calibration = Calibration.Of([randn(8, 4096)], model.call);
