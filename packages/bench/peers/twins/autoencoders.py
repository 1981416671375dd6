"""The systems of the shared autoencoder."""

import torch
from torch import nn

from .parts import clusters, d, mlp, squared_error


class Autoencoder(nn.Module):
    """AE + k-means, AE + mixture, N2D."""

    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = mlp(d, 500, 500, 2000, 10), mlp(10, 2000, 500, 500, d)

    def forward(self, x):
        return squared_error(self.decoder(self.encoder(x)), x) / d


class Dec(Autoencoder):
    """The decoder gets no gradient, as in ours."""

    def __init__(self):
        super().__init__()
        self.centroids = nn.Parameter(torch.randn(clusters, 10))

    def clustering(self, z):
        q = 1 / (1 + ((z[:, None] - self.centroids) ** 2).sum(2))
        q = q / q.sum(1, keepdim=True)
        # The target is fixed between two updates.
        p = (q**2 / q.sum(0)).detach()
        p = p / p.sum(1, keepdim=True)
        return (p * (p.log() - q.log())).sum() / len(z)

    def forward(self, x):
        return self.clustering(self.encoder(x))


class Idec(Dec):
    def forward(self, x):
        z = self.encoder(x)
        return squared_error(self.decoder(z), x) / d + 0.1 * self.clustering(z)


class Dcn(Autoencoder):
    def __init__(self):
        super().__init__()
        self.register_buffer("centres", torch.randn(clusters, 10))

    def forward(self, x):
        z = self.encoder(x)
        assigned = self.centres[torch.arange(len(x)) % clusters]
        return squared_error(self.decoder(z), x) + 0.025 * squared_error(z, assigned)
