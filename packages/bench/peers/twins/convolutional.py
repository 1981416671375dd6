"""The systems with convolutions for 28x28, channels last."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from .parts import by_batch, clusters, d, given_labels
from .semi_supervised import curve_shape, denoise, standardised


def images(x):
    return x.view(-1, 1, 28, 28)


def flat(h):
    """A batch of images as rows, without a copy if channels are last."""
    return h.permute(0, 2, 3, 1).flatten(1)


class Depict(nn.Module):
    """DEPICT; with labels ten more examples come with a batch, and labels are targets."""

    def __init__(self, batch=100, maps=50):
        super().__init__()
        self.up = nn.ModuleList([nn.Conv2d(1, maps, 4, 2), nn.Conv2d(maps, maps, 5, 2, padding=2)])
        self.down = nn.ModuleList(
            [nn.ConvTranspose2d(maps, 1, 4, 2), nn.ConvTranspose2d(maps, maps, 5, 2, padding=2)]
        )
        self.to_z, self.from_z = nn.Linear(7 * 7 * maps, 10), nn.Linear(10, 7 * 7 * maps)
        self.logits = nn.Linear(10, clusters)
        self.targets = F.one_hot(given_labels(batch), clusters).float()

    def forward(self, x):
        x = 2 * images(x) - 1
        first = leaky(self.up[0](x))
        second = leaky(self.up[1](first))
        noisy = F.dropout(leaky(self.up[0](F.dropout(x, 0.1))), 0.1)
        z = torch.tanh(self.to_z(flat(leaky(self.up[1](noisy)))))
        above = leaky(self.from_z(z)).view(-1, 7, 7, second.shape[1]).permute(0, 3, 1, 2)
        below = leaky(self.down[1](above))
        reconstruction = F.mse_loss(torch.tanh(self.down[0](below)), x)
        layerwise = F.mse_loss(below, first) + F.mse_loss(above, second)
        log_p = F.log_softmax(self.logits(z), 1)
        return F.kl_div(log_p, self.targets, reduction="batchmean") + reconstruction + 0.1 * layerwise


def leaky(h):
    return F.leaky_relu(h, 0.01)


class Jule(nn.Module):
    """JULE's step between two mergings, on the clusters that it starts from."""

    def __init__(self, batch=100, maps=50):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, maps, 5, bias=False), nn.Conv2d(maps, maps, 5, bias=False)
        self.norms = nn.ModuleList(nn.BatchNorm2d(maps, eps=1e-3) for _ in range(2))
        self.feature = nn.Linear(8 * 8 * maps, 160)
        self.labels = neighbour_clusters(torch.rand(1000, d))[:batch]

    def triplets(self):
        """Every pair of one cluster, each with twenty random examples of others."""
        same = self.labels[:, None] == self.labels
        anchors, positives = same.triu(1).nonzero(as_tuple=True)
        return anchors, positives, torch.multinomial((~same)[anchors].float(), 20)

    def forward(self, x):
        h = F.relu(F.max_pool2d(self.norms[0](self.first(images(x))), 2))
        h = F.relu(self.norms[1](self.second(h)))
        f = F.normalize(self.feature(flat(h)), eps=1e-6)
        squares = f.square().sum(1, keepdim=True)
        distances = squares + squares.T - 2 * f @ f.T
        anchors, positives, negatives = self.triplets()
        positive = distances[anchors, positives][:, None]
        return F.relu(0.2 + positive - distances[anchors[:, None], negatives]).mean()


def neighbour_clusters(points):
    """Each example with its nearest neighbour, and so on along the chain."""
    nearest = torch.cdist(points, points).fill_diagonal_(torch.inf).argmin(1)
    before, labels = None, torch.arange(len(points))
    while before is None or not labels.equal(before):
        before, labels = labels, labels.minimum(labels[nearest])
        labels = labels.scatter_reduce(0, nearest, labels, "amin")
    return labels


class Normalised(nn.Module):
    """A layer, normalised over the batch and its places; one with weights is shifted and activated, too."""

    def __init__(self, layer, channels):
        super().__init__()
        self.layer = layer
        self.weighted = len(list(layer.parameters())) > 0
        self.register_parameter("shift", nn.Parameter(torch.zeros(channels)) if self.weighted else None)
        self.moving = torch.zeros(channels), torch.ones(channels)

    def by_batch(self, h):
        return by_batch(h, bias=self.shift)

    def follow(self, h):
        """`by_batch`, which the moving averages follow."""
        return F.batch_norm(h, *self.moving, bias=self.shift, training=True, momentum=0.01, eps=1e-10)

    def activated(self, h):
        return F.relu(h) if self.weighted else h


class NoisyConvolutions(nn.Module):
    """Conv-Small: every layer is normalised, disturbed by noise and then activated."""

    def __init__(self, noise):
        super().__init__()
        self.noise = noise
        self.layers = nn.ModuleList([
            Normalised(nn.Conv2d(1, 32, 5, padding=4, bias=False), 32),
            Normalised(nn.MaxPool2d(2), 32),
            Normalised(nn.Conv2d(32, 64, 3, bias=False), 64),
            Normalised(nn.Conv2d(64, 64, 3, padding=2, bias=False), 64),
            Normalised(nn.MaxPool2d(2), 64),
            Normalised(nn.Conv2d(64, 128, 3, bias=False), 128),
            Normalised(nn.Conv2d(128, 10, 1, bias=False), 10),
            Normalised(nn.AdaptiveAvgPool2d(1), 10),
            Normalised(nn.Sequential(nn.Flatten(), nn.Linear(10, clusters, bias=False)), clusters),
        ])
        self.scale = nn.Parameter(torch.ones(clusters))
        self.labels = given_labels()

    def disturbed(self, h):
        # In the order of the memory: `randn_like` is slow where channels are last.
        last = h.movedim(1, -1)
        return h + self.noise * torch.randn(last.shape).movedim(-1, 1)

    def noisy(self, x):
        """The layer of the classes with noise, normalised and shifted."""
        h = self.disturbed(images(x))
        for layer in self.layers:
            before = self.disturbed(layer.by_batch(layer.layer(h)))
            h = layer.activated(before)
        return before

    def clean(self, x):
        """The layer of the classes without noise, before its normalisation. The moving averages follow."""
        h = images(x)
        for layer in self.layers:
            before = layer.layer(h)
            h = layer.activated(layer.follow(before))
        return before

    def supervised(self, labelled):
        return F.cross_entropy(self.scale * self.noisy(labelled), self.labels)


class ConvLadder(NoisyConvolutions):
    """The layer of the classes is denoised."""

    def __init__(self):
        super().__init__(noise=0.3)
        self.shape = curve_shape(clusters)

    def forward(self, x):
        labelled, unlabelled = x.split(len(self.labels))
        supervised = self.supervised(labelled)
        noisy, clean = self.noisy(unlabelled), self.clean(unlabelled)
        variance, mean = torch.var_mean(clean, 0, correction=0)
        above = by_batch(F.softmax(self.scale * noisy, 1))
        denoised = denoise(noisy - self.layers[-1].shift, above, self.shape)
        compared = [standardised(h, mean, variance) for h in (denoised, clean)]
        return supervised + F.mse_loss(*compared)


class SmallCnn(NoisyConvolutions):
    """The labelled examples alone."""

    def __init__(self):
        super().__init__(noise=0.45)

    def forward(self, x):
        labelled = x[: len(self.labels)]
        with torch.no_grad():
            self.clean(labelled)
        return self.supervised(labelled)


class EmbedCnn(nn.Module):
    """A classifier whose last hidden layer keeps neighbours close."""

    def __init__(self, labelled=64):
        super().__init__()
        self.layers = nn.ModuleList([
            Normalised(nn.Conv2d(1, 20, 5, bias=False), 20),
            Normalised(nn.MaxPool2d(2), 20),
            Normalised(nn.Conv2d(20, 50, 5, bias=False), 50),
            Normalised(nn.MaxPool2d(2), 50),
            Normalised(nn.Sequential(nn.Flatten(), nn.Linear(4 * 4 * 50, 500, bias=False)), 500),
        ])
        self.classes = nn.Linear(500, clusters)
        self.labels = given_labels(labelled)
        self.examples = torch.rand(1000, d)
        distances = torch.cdist(self.examples, self.examples).fill_diagonal_(torch.inf)
        self.nearest = distances.topk(10, largest=False).indices

    def neighbours(self, rows):
        drawn = torch.randint(self.nearest.shape[1], (len(rows), 1))
        return self.examples[self.nearest[rows].gather(1, drawn)[:, 0]]

    def forward(self, x):
        known, total = len(self.labels), len(x)
        h = images(torch.cat([x, self.neighbours(torch.arange(known, total))]))
        for layer in self.layers:
            h = layer.activated(layer.follow(layer.layer(h)))
        feature = h / math.sqrt(h.shape[1])
        own, near = feature[known:total], feature[total:]
        apart = ((own - own.roll(-1, 0)).square().sum(1) + 1e-12).sqrt()
        embedding = (own - near).square().sum(1).mean() + F.relu(1 - apart).square().mean()
        return F.cross_entropy(self.classes(h[:known]), self.labels) + embedding


class Swwae(nn.Module):
    """Pools hand over the places of their maxima; of equal ones the first, where ours share."""

    def __init__(self):
        super().__init__()
        self.up = nn.ModuleList([nn.Conv2d(1, 32, 5), nn.Conv2d(32, 64, 3), nn.Conv2d(64, 64, 3, padding=1)])
        self.down = nn.ModuleList(
            [nn.Conv2d(32, 1, 5, padding=4), nn.Conv2d(64, 32, 3, padding=2), nn.Conv2d(64, 64, 3, padding=1)]
        )
        self.classes = nn.Linear(5 * 5 * 64, clusters)
        self.labels = given_labels()

    def forward(self, x):
        x = images(x)
        first = F.relu(self.up[0](x))
        second, where_first = F.max_pool2d(first, 2, return_indices=True)
        third = F.relu(self.up[1](second))
        fourth = F.relu(self.up[2](third))
        top, where_fourth = F.max_pool2d(fourth, 2, return_indices=True)
        back_fourth = F.max_unpool2d(top, where_fourth, 2)
        back_third = F.relu(self.down[2](back_fourth))
        back_second = F.relu(self.down[1](back_third))
        back_first = F.max_unpool2d(back_second, where_first, 2)
        reconstruction = F.mse_loss(self.down[0](back_first), x)
        pairs = [(back_first, first), (back_second, second), (back_third, third), (back_fourth, fourth)]
        between = sum(F.mse_loss(back, layer) for back, layer in pairs)
        known = F.dropout(flat(top[: len(self.labels)]), 0.5)
        return F.cross_entropy(self.classes(known), self.labels) + reconstruction + 0.2 * between
